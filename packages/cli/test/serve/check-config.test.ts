import { describe, expect, test } from 'vitest'
import { type DaakiaConfig, serve } from '../../src/index.js'
import { makeCertificate } from '../support/certificates.js'
import { folderWith } from '../support/temporary-folder.js'
import { testIo } from '../support/test-io.js'

const check = async (config: DaakiaConfig, folder: string, environment = {}) => {
  const { io, written } = testIo(environment)
  const status = await serve({ flags: config, checkConfig: true }, { ...io, folder })
  const withoutFolder = (text: string) => text.replaceAll(`${folder}/`, '')
  return { status, output: withoutFolder(written.output), errors: withoutFolder(written.errors) }
}

const secret = 'hunter2'.repeat(8)

describe('checking a configuration', () => {
  test('shows what would run, with the defaults and without secrets', async () => {
    const config: DaakiaConfig = {
      listen: { metricsToken: secret, httpPort: false },
      authentication: [
        { type: 'jwt', secretFile: 'secret' },
        { type: 'webhook', url: 'https://b.example/', secret, headers: { authorization: secret } },
        () => undefined,
      ],
      access: [{ allow: 'all', topic: 'a/#' }],
    }
    const { status, output, errors } = await check(config, await folderWith({ secret }))
    expect({ status, errors }).toEqual({ status: 0, errors: 'This would run.\n' })
    expect(output).not.toContain('hunter2')
    expect(JSON.parse(output)).toMatchObject({
      dev: false,
      data: '.daakia',
      listen: { host: '127.0.0.1', mqttPort: 1883, httpPort: false, metricsToken: '(secret)' },
      authentication: [
        { secretFile: 'secret' },
        { url: 'https://b.example/', secret: '(secret)', headers: '(secret)' },
        '(function)',
      ],
      access: [{ allow: 'all', topic: 'a/#' }],
      limits: { perVendor: { connections: 'unlimited' } },
    })
  })

  test('tells all options that do not go together, and all files that can not be used', async () => {
    const folder = await folderWith({ passwords: 'acme/ana:nothing\n' })
    await makeCertificate(folder, 'a')
    await makeCertificate(folder, 'b')
    const config: DaakiaConfig = {
      listen: { mqttPort: 5000, httpPort: 5000, tls: { certFile: 'a.crt', keyFile: 'b.key' } },
      limits: { receiveMaximum: 0 },
      leases: { durationMs: 2, longestMs: 1 },
      authentication: [
        { type: 'passwordFile', file: 'passwords' },
        { type: 'passwordFile', file: 'none' },
        { type: 'jwt', publicKeyFile: 'none.pem' },
      ],
    }
    const { status, output, errors } = await check(config, folder)
    expect({ status, output }).toEqual({ status: 1, output: '' })
    const lines = errors.trimEnd().split('\n')
    expect(lines.map((line) => line.replace(/:? .*/, ''))).toEqual([
      'listen.mqttPort',
      'limits.receiveMaximum',
      'leases.longestMs',
      'listen.tls.keyFile',
      'Line',
      'The',
      'jwt.publicKeyFile',
    ])
    expect(errors).toContain('Line 1 of the password file passwords is broken')
    expect(errors).toContain("The password file can't be read: ENOENT")
  })

  test('tells all secrets that can not be read, and all that are given twice', async () => {
    const config: DaakiaConfig = {
      listen: { metricsToken: secret, metricsTokenFile: 'secret' },
      authentication: [{ type: 'jwt', secretFile: 'none' }],
    }
    expect((await check(config, await folderWith({ secret }))).errors).toBe(
      "listen.metricsToken and listen.metricsTokenFile are both given: keep one of them.\nauthentication[0].secretFile: none can't be read (ENOENT).\n",
    )
  })

  test('tells all authenticators that can not be made, and rules that are none', async () => {
    const config: DaakiaConfig = {
      authentication: [{ type: 'jwt' }, { type: 'jwt', secret: 'short' }, { type: 'clientCertificate' }],
      access: [{ allow: 'all', topic: 'a/#/b' }],
    }
    expect((await check(config, await folderWith())).errors.trimEnd().split('\n')).toEqual([
      'authentication[0]: jwt needs one of secret, publicKey, publicKeyFile, jwksUrl and jwksFile, and no more.',
      'authentication[1]: jwt.secret must have at least 32 bytes.',
      'authentication[2]: clientCertificate needs one of vendor, vendorFrom and a group vendor in pattern.',
      expect.stringMatching(/^access\[0\]\.topic must be a topic filter/),
    ])
  })

  test('refuses --dev beside authentication, and shows the ways in where there is none', async () => {
    const both: DaakiaConfig = { dev: true, authentication: [() => undefined] }
    expect(await check(both, await folderWith())).toMatchObject({
      status: 1,
      errors: expect.stringMatching(/^Give either dev or/),
    })
    expect(await check({}, await folderWith())).toMatchObject({
      status: 1,
      errors: expect.stringContaining('daakia serve --dev'),
    })
  })
})
