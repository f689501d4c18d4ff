import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSettings } from '../../src/config/settings.js'
import type { DaakiaConfig } from '../../src/index.js'
import { folderWith } from '../support/temporary-folder.js'

interface Given {
  files?: Record<string, string>
  environment?: Record<string, string>
  flags?: DaakiaConfig
  configFile?: string
}

const read = async ({ files = {}, environment = {}, ...options }: Given) => {
  const folder = await folderWith(files)
  const { config, file } = await readSettings({ ...options, environment, folder })
  return { folder, file, config, listen: config.listen ?? {} }
}

/** What is wrong, with the folder left out. */
const problemsOf = async ({ files = {}, environment = {}, ...options }: Given): Promise<string> => {
  const folder = await folderWith(files)
  const settled = await readSettings({ ...options, environment, folder }).catch((error: Error) => error)
  return settled instanceof Error ? settled.message.replaceAll(`${folder}/`, '') : 'nothing'
}

describe('settings', () => {
  test('without anything: MQTT and HTTP on this machine, and the data beside', async () => {
    const { folder, config, file } = await read({})
    expect(file).toBeUndefined()
    expect(config).toMatchObject({
      dev: false,
      data: join(folder, '.daakia'),
      listen: { host: '127.0.0.1', mqttPort: 1883, httpPort: 8080 },
      log: { level: 'info' },
    })
  })

  test('with TLS: the ports of TLS, and none without', async () => {
    const { folder, listen } = await read({ flags: { listen: { tls: { certFile: 'a.crt', keyFile: 'a.key' } } } })
    const tls = { certFile: join(folder, 'a.crt'), keyFile: join(folder, 'a.key') }
    expect(listen).toEqual({ host: '127.0.0.1', mqttsPort: 8883, httpsPort: 8443, tls })
  })

  test('flags go before the environment, and that before the file', async () => {
    const { config } = await read({
      files: {
        'daakia.config.json': '{ "listen": { "host": "a", "mqttPort": 1, "httpPort": 1 }, "log": { "level": "warn" } }',
      },
      environment: { DAAKIA_MQTT_PORT: '2', DAAKIA_HTTP_PORT: '2' },
      flags: { listen: { httpPort: 3 } },
    })
    expect(config).toMatchObject({ listen: { host: 'a', mqttPort: 2, httpPort: 3 }, log: { level: 'warn' } })
  })

  test.each([
    [
      'daakia.config.ts',
      "import { type DaakiaConfig, defineConfig } from '@daakia/cli'\nconst more: DaakiaConfig = { dev: true }\nexport default defineConfig(more)\n",
    ],
    ['daakia.config.mts', 'export default { dev: true as boolean }'],
    ['daakia.config.js', "import { rules } from '@daakia/server'\nexport default { dev: true, access: rules([]) }"],
    ['daakia.config.mjs', 'export default { dev: await Promise.resolve(true) }'],
    ['daakia.config.json', '\uFEFF{ "dev": true }'],
  ])('%s is found, without any package beside it', async (name, text) => {
    const { folder, file, config } = await read({ files: { [name]: text } })
    expect({ file, dev: config.dev }).toEqual({ file: join(folder, name), dev: true })
  })

  test('paths of a file start from its folder, those of flags and of the environment from the folder at hand', async () => {
    const { folder, config } = await read({
      files: { 'etc/mine.json': '{ "data": "data", "authentication": [{ "type": "jwt", "secretFile": "s" }] }' },
      environment: { DAAKIA_CONFIG: 'etc/mine.json', DAAKIA_METRICS_TOKEN_FILE: 'token' },
    })
    expect(config).toMatchObject({
      data: join(folder, 'etc/data'),
      authentication: [{ secretFile: join(folder, 'etc/s') }],
      listen: { metricsTokenFile: join(folder, 'token') },
    })
  })

  test('a file is read anew each time', async () => {
    const files = {
      'daakia.config.ts': "import { level } from './level.ts'\nexport default { log: { level } }",
      'level.ts': "export const level = 'warn'",
    }
    const folder = await folderWith(files)
    const levelOf = async () => (await readSettings({ environment: {}, folder })).config.log?.level
    expect(await levelOf()).toBe('warn')
    await writeFile(join(folder, 'level.ts'), "export const level = 'error'")
    expect(await levelOf()).toBe('error')
  })
})

describe('the environment', () => {
  test.each<[variable: string, text: string, config: DaakiaConfig]>([
    ['DAAKIA_DEV', 'true', { dev: true }],
    ['DAAKIA_DATA', '/d', { data: '/d' }],
    ['DAAKIA_HOST', '0.0.0.0', { listen: { host: '0.0.0.0' } }],
    ['DAAKIA_MQTT_PORT', 'false', { listen: { mqttPort: false } }],
    [
      'DAAKIA_ORIGINS',
      'https://a.example, https://b.example',
      { listen: { origins: ['https://a.example', 'https://b.example'] } },
    ],
    ['DAAKIA_LIMITS_PER_CLIENT_CONNECTIONS', 'unlimited', { limits: { perClient: { connections: 'unlimited' } } }],
    [
      'DAAKIA_AUTHENTICATION',
      '[{ "type": "webhook", "url": "https://a.example" }]',
      { authentication: [{ type: 'webhook', url: 'https://a.example' }] },
    ],
    ['DAAKIA_METRICS_TOKEN', '12', { listen: { metricsToken: '12' } }],
  ])('%s=%s', async (variable, text, config) => {
    expect((await read({ environment: { [variable]: text } })).config).toMatchObject(config)
  })

  test('an empty variable says nothing, and those of others are left alone', async () => {
    expect((await read({ environment: { DAAKIA_DEV: '', DAAKIA_URL: 'mqtt://x' } })).config.dev).toBe(false)
  })

  test.each([
    [
      'DAAKIA_MQTT_PORT',
      'abc',
      'DAAKIA_MQTT_PORT must be a port from 0 to 65535, such as 1883, or false for none; it is "abc".',
    ],
    ['DAAKIA_MQTT_PROT', '1883', 'DAAKIA_MQTT_PROT is no setting: did you mean DAAKIA_MQTT_PORT?'],
    [
      'DAAKIA_ACCESS',
      '[{ "allow": "all" }]',
      'DAAKIA_ACCESS[0].topic is missing: it must be a text, such as "sensors/{client}/#".',
    ],
    [
      'DAAKIA_AUTHENTICATION',
      '[{',
      'DAAKIA_AUTHENTICATION must be a list, such as [{ "type": "passwordFile", "file": "passwords" }]; it is "[{".',
    ],
  ])('%s=%s is refused in one line', async (variable, text, problem) => {
    expect(await problemsOf({ environment: { [variable]: text } })).toBe(problem)
  })
})

describe('a mistake in a file', () => {
  test.each<[what: string, files: Record<string, string>, problem: string]>([
    [
      'two files',
      { 'daakia.config.ts': '', 'daakia.config.json': '' },
      'There are daakia.config.ts and daakia.config.json: say which one with --config.',
    ],
    [
      'a comma too many',
      { 'daakia.config.json': '{\n  "dev": true,\n}' },
      "daakia.config.json can't be used:\n  Line 2 has a comma too many, before the bracket that ends the list.",
    ],
    [
      'a comma too few',
      { 'daakia.config.json': '{\n  "dev": true\n  "data": "secret"\n}' },
      "daakia.config.json can't be used:\n  Line 3 is no JSON: Expected ',' or '}' after property value.",
    ],
    [
      'nothing in it',
      { 'daakia.config.json': '\n' },
      "daakia.config.json can't be used:\n  It is empty: write { } into it at least.",
    ],
    [
      'no export',
      { 'daakia.config.ts': 'const config = {}' },
      "daakia.config.ts can't be used:\n  It exports no default: begin it with `export default defineConfig({ … })`.",
    ],
    [
      'a slip of syntax',
      { 'daakia.config.ts': "export default {\n  dev: 'x,\n}" },
      "daakia.config.ts can't be used:\n  Line 2: Unterminated string constant.",
    ],
    [
      'a name that is none',
      { 'daakia.config.ts': 'const a: number = 1\nexport default { dev: a > b }' },
      "daakia.config.ts can't be used:\n  Line 2: b is not defined.",
    ],
    [
      'a throw',
      { 'daakia.config.ts': "\nthrow new Error('no key\\nat all')" },
      "daakia.config.ts can't be used:\n  Line 2: no key.",
    ],
    [
      'a package that is not there',
      { 'daakia.config.ts': "import 'nowhere'" },
      "daakia.config.ts can't be used:\n  Cannot find module 'nowhere': install it, or write its path as it is seen from the file.",
    ],
    [
      'two fields',
      { 'daakia.config.json': '{ "dev": 1, "date": "" }' },
      "daakia.config.json can't be used:\n  dev must be true or false; it is 1.\n  The configuration has no field date: did you mean data?",
    ],
  ])('%s: told in one line each', async (_what, files, problem) => {
    expect(await problemsOf({ files })).toBe(problem)
  })

  test('a file that is not there', async () => {
    expect(await problemsOf({ configFile: 'mine.ts' })).toBe(
      'There is no file mine.ts. Name another one with --config.',
    )
  })

  test('what is wrong in the file and in the environment is told at once', async () => {
    const files = { 'daakia.config.json': '{ "dev": 1 }' }
    expect(await problemsOf({ files, environment: { DAAKIA_HTTP_PORT: 'x', DAAKIA_DEV: '2' } })).toBe(
      [
        "daakia.config.json can't be used:",
        '  dev must be true or false; it is 1.',
        'DAAKIA_DEV must be true or false; it is 2.',
        'DAAKIA_HTTP_PORT must be a port from 0 to 65535, such as 8080, or false for none; it is "x".',
      ].join('\n'),
    )
  })
})
