import type { Ports } from '@daakia/server'
import type { DaakiaConfig } from '../config/daakia-config.js'
import { withoutPassword } from '../config/without-password.js'

/** What listens where, and where things are kept. */
export const announce = ({ listen = {}, data, redis, redisFile, dev }: DaakiaConfig, ports: Ports): string => {
  const host = listen.host ?? ''
  const at = host.includes(':') ? `[${host}]` : host
  const lines = doors.flatMap(([name, scheme, port, path]) =>
    ports[port] === undefined ? [] : [[name, `${scheme}://${at}:${ports[port]}${path}`]],
  )
  const kept = redis ? withoutPassword(redis) : redisFile && `the one that ${redisFile} names`
  const table = [...lines, kept ? ['Redis', kept] : ['Data', data ?? '']].map(
    ([name = '', where]) => `${name.padEnd(widest)}  ${where}`,
  )
  return `${[...table, ...(dev ? [devNote] : []), wayOut].join('\n')}\n`
}

const devNote = 'Clients of this machine get in without a password (--dev).'

const wayOut = `Ctrl-C stops; kill -HUP ${process.pid} has the configuration read anew.`

const doors = [
  ['MQTT', 'mqtt', 'mqttPort', ''],
  ['MQTT', 'mqtts', 'mqttsPort', ''],
  ['WebSocket', 'ws', 'httpPort', '/mqtt'],
  ['WebSocket', 'wss', 'httpsPort', '/mqtt'],
  ['Health', 'http', 'httpPort', '/healthz'],
  ['Health', 'https', 'httpsPort', '/healthz'],
] as const satisfies readonly (readonly [name: string, scheme: string, port: keyof Ports, path: string])[]

const widest = 'WebSocket'.length
