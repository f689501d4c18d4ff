import type { Ports } from '@daakia/server'
import type { DaakiaConfig } from '../config/daakia-config.js'

/** What listens where, and where things are kept. */
export const announce = ({ listen = {}, data, dev }: DaakiaConfig, ports: Ports): string => {
  const host = listen.host ?? ''
  const at = host.includes(':') ? `[${host}]` : host
  const lines = doors.flatMap(([name, scheme, port, path]) =>
    ports[port] === undefined ? [] : [[name, `${scheme}://${at}:${ports[port]}${path}`]],
  )
  const table = [...lines, ['Data', data ?? '']].map(([name = '', where]) => `${name.padEnd(widest)}  ${where}`)
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
