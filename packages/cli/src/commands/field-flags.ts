import { InvalidArgumentError, Option } from 'commander'
import type { DaakiaConfig } from '../config/daakia-config.js'
import { type Fields, merge } from '../config/objects.js'
import { readScalar, type ScalarField, scalarFields } from '../config/scalars.js'

/** The flags of `daakia serve` that set a field of the configuration, with the field's path. */
export const fieldFlags = [
  ['--dev', 'dev', 'let clients on this machine in without a password; the MQTT user name is the client'],
  ['--data <folder>', 'data', 'where everything is kept (default: .daakia)'],
  ['--redis <url>', 'redis', 'the Redis that keeps everything instead: all servers that have the same one are one'],
  ['--redis-prefix <prefix>', 'redisPrefix', 'what its keys begin with there (default: daakia:)'],
  ['--archive-folder <folder>', 'archive.folder', 'where older messages are, which daakia archive has moved'],
  ['--host <address>', 'listen.host', 'the address to listen on (default: 127.0.0.1, this machine only)'],
  ['--mqtt-port <port>', 'listen.mqttPort', 'where MQTT listens; 0 takes a free port, false none (default: 1883)'],
  ['--http-port <port>', 'listen.httpPort', 'where WebSocket (/mqtt) and /healthz listen (default: 8080)'],
  ['--tls-cert <file>', 'listen.tls.certFile', 'a certificate; MQTT and HTTP then listen with TLS only'],
  ['--tls-key <file>', 'listen.tls.keyFile', 'its private key'],
  ['--mqtts-port <port>', 'listen.mqttsPort', 'where MQTT over TLS listens (default: 8883, with a certificate)'],
  ['--https-port <port>', 'listen.httpsPort', 'where WebSocket over TLS listens (default: 8443, with a certificate)'],
  ['--log-level <level>', 'log.level', 'debug, info, warn, error or silent (default: info)'],
  ['--log-format <format>', 'log.format', 'pretty or json (default: pretty at a terminal)'],
] as const satisfies readonly (readonly [flag: string, field: string, says: string])[]

const fieldOf = (path: string): ScalarField => {
  const field = scalarFields().find((each) => each.path.join('.') === path)
  if (field) return field
  throw new Error(`There is no field ${path}`)
}

/** An option for each of them. Its value is the configuration with this field alone. */
export const fieldOptions = (): Option[] =>
  fieldFlags.map(([flag, path, says]) => {
    const field = fieldOf(path)
    const option = new Option(flag, says).argParser((text) => parse(field, text))
    return flag.includes('<') ? option : option.preset('true')
  })

const parse = (field: ScalarField, text: string): Fields => {
  const read = readScalar(field, text)
  if ('config' in read) return read.config
  const [rule = ''] = read.issues[0]?.message.split('; it is ') ?? []
  throw new InvalidArgumentError(`It ${rule}.`)
}

/** What these options say together. */
export const configOf = (values: readonly unknown[]): DaakiaConfig =>
  values.reduce<Fields>((config, value) => merge(config, value as Fields), {}) as DaakiaConfig
