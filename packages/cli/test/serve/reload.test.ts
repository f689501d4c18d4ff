import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from 'node:tls'
import mqtt from 'mqtt'
import { describe, expect, test } from 'vitest'
import type { DaakiaConfig } from '../../src/index.js'
import { makeCertificate } from '../support/certificates.js'
import { daakia, withCommand } from '../support/command.js'
import { afterwards } from '../support/house.js'
import { folderWith } from '../support/temporary-folder.js'

withCommand()

const read = /Read the configuration anew/

const base: DaakiaConfig = {
  listen: { mqttPort: 0, httpPort: false },
  authentication: [{ type: 'passwordFile', file: 'passwords', vendor: 'acme' }],
  access: [{ allow: 'all', topic: 'a/#' }],
}

const setPassword = async (folder: string, client: string, password: string) => {
  const setting = daakia(['passwd', 'passwords', '--vendor', 'acme', '--client', client], { folder })
  setting.child.stdin.end(password)
  expect(await setting.ended).toMatchObject({ status: 0 })
}

/** Runs `daakia serve` in a folder with a configuration and a password of ana's. */
const start = async (config: DaakiaConfig = base) => {
  const folder = await folderWith()
  await setPassword(folder, 'ana', 'one')
  const write = (text: string) => writeFile(join(folder, 'daakia.config.json'), text)
  await write(JSON.stringify(config))
  const serving = daakia(['serve'], { folder })
  const [url = ''] = /mqtts?:\S+/.exec(await serving.until(/Ctrl-C/)) ?? []
  const reload = async (pattern = read) => {
    serving.child.kill('SIGHUP')
    return serving.until(pattern)
  }
  return {
    folder,
    url,
    serving,
    /** Has it read what is there now, and resolves with what it says. */
    reload,
    /** The same with another configuration. */
    reloadWith: async (changed: DaakiaConfig, pattern = read) => {
      await write(JSON.stringify(changed))
      return reload(pattern)
    },
    write,
  }
}

/** Connects ana. */
const come = async (url: string, password = 'one') => {
  const options = { protocolVersion: 5, username: 'ana', password, reconnectPeriod: 0 } as const
  const client = await mqtt.connectAsync(url, options)
  client.on('error', () => {})
  afterwards(() => client.endAsync(true))
  return client
}

describe('SIGHUP', () => {
  test('takes passwords that have changed; who is there stays', async () => {
    const { folder, url, reload } = await start()
    const before = await come(url)
    await setPassword(folder, 'ana', 'two')
    await reload()
    await expect(come(url, 'one')).rejects.toMatchObject({ code: 0x86 })
    await come(url, 'two')
    expect(before.connected).toBe(true)
  })

  test('takes another rule, for those who are there as well', async () => {
    const { url, reloadWith } = await start()
    const client = await come(url)
    await client.publishAsync('a/b', 'hello', { qos: 1 })
    expect(await reloadWith({ ...base, access: [{ allow: 'all', topic: 'b/#' }] })).toContain('"changed":"access"')
    await expect(client.publishAsync('a/b', 'hello', { qos: 1 })).rejects.toMatchObject({ code: 0x87 })
    await client.publishAsync('b/b', 'hello', { qos: 1 })
  })

  test('takes rules away', async () => {
    const { url, reloadWith } = await start()
    const client = await come(url)
    const { access: _, ...without } = base
    await reloadWith(without)
    await expect(client.publishAsync('a/b', 'hello', { qos: 1 })).rejects.toMatchObject({ code: 0x87 })
  })

  test('takes another limit', async () => {
    const { url, reloadWith } = await start()
    await come(url)
    const said = await reloadWith({ ...base, limits: { perClient: { connections: 1 } } })
    expect(said).toContain('"changed":"limits.perClient.connections"')
    await expect(come(url)).rejects.toMatchObject({ code: 0x97 })
  })

  test('takes another level of the log', async () => {
    const { reloadWith } = await start({ ...base, log: { level: 'warn' } })
    expect(await reloadWith({ ...base, log: { level: 'info' } })).toContain('"changed":"log.level"')
  })

  test('takes another certificate of the same files', async () => {
    const files = await folderWith()
    for (const name of ['old', 'new']) await makeCertificate(files, name)
    const tls = { certFile: join(files, 'old.crt'), keyFile: join(files, 'old.key') }
    const { url, reload } = await start({ ...base, listen: { mqttsPort: 0, httpsPort: false, tls } })
    expect(await shownBy(url)).toBe('old')
    for (const ending of ['crt', 'key']) await rename(join(files, `new.${ending}`), join(files, `old.${ending}`))
    await reload()
    expect(await shownBy(url)).toBe('new')
  })

  test('says what takes a restart, each time until there is one', async () => {
    const { reloadWith, reload } = await start()
    const changed: DaakiaConfig = { ...base, data: 'elsewhere', listen: { mqttPort: 1, httpPort: false } }
    expect(await reloadWith(changed, /take a restart/)).toContain('"fields":"data, listen.mqttPort"')
    expect(await reload(/take a restart/)).toContain('"changed":"nothing"')
  })

  test('keeps what is there where the new configuration is none, and says so', async () => {
    const { folder, url, write, reload, reloadWith, serving } = await start()
    const refused = /The configuration was not taken; the server goes on with the one it has/
    await write('{ "access": [] ')
    expect(await reload(refused)).toContain('Line 1 is no JSON')
    expect(await reloadWith({ ...base, access: [{ allow: 'all', topic: 1 as never }] }, refused)).toContain(
      'access[0].topic must',
    )
    expect(await reloadWith({ ...base, authentication: [] }, refused)).toContain('Nobody could connect')
    const missing: DaakiaConfig = { ...base, authentication: [{ type: 'passwordFile', file: 'none' }], access: [] }
    expect(await reloadWith(missing, refused)).toContain('password file')
    await writeFile(join(folder, 'passwords'), 'acme/ana:broken\n')
    expect(await reloadWith({ ...base, access: [] }, refused)).toContain('Line 1 of the password file')
    await rm(join(folder, 'daakia.config.json'))
    expect(await reload(refused)).toContain('Nobody could connect')
    await (await come(url)).publishAsync('a/b', 'hello', { qos: 1 })
    serving.child.kill('SIGTERM')
    expect(await serving.ended).toMatchObject({ status: 0 })
  })

  test('never lets anybody in whom the server did not start with: --dev takes a restart', async () => {
    const { url, reloadWith } = await start()
    expect(await reloadWith({ ...base, dev: true, authentication: [] }, /take a restart/)).toContain('dev')
    await expect(come(url, 'none')).rejects.toMatchObject({ code: 0x86 })
    await come(url)
  })
})

/** The name in the certificate that a server shows. */
const shownBy = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(url)
    const socket = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN))
      socket.destroy()
    })
    socket.on('error', reject)
  })
