import type { ServeOptions } from './serve.js'

/** What listens where, and where things are kept. */
export const announce = (
  { host, data }: ServeOptions,
  { mqttPort, httpPort }: { mqttPort?: number | undefined; httpPort?: number | undefined },
): string => {
  const at = host.includes(':') ? `[${host}]` : host
  return [
    `MQTT       mqtt://${at}:${mqttPort}`,
    `WebSocket  ws://${at}:${httpPort}/mqtt`,
    `Health     http://${at}:${httpPort}/healthz`,
    `Data       ${data}`,
    'Clients of this machine get in without a password (--dev). Ctrl-C stops.',
    '',
  ].join('\n')
}
