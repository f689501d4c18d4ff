import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createSecureServer } from 'node:tls'
import { collectWhenAsked } from './collect.js'

const host = '127.0.0.1'

/** Listens on free ports, over TLS too where files of a certificate are given, and tells the benchmark where. */
export const listen = async (take: (socket: Socket) => void, [certFile, keyFile]: readonly string[]): Promise<void> => {
  collectWhenAsked()
  const port = await portOf(createServer({ noDelay: true }, take))
  if (certFile === undefined || keyFile === undefined) {
    process.send?.({ port })
    return
  }
  const secure = createSecureServer({ cert: readFileSync(certFile), key: readFileSync(keyFile), noDelay: true }, take)
  process.send?.({ port, securePort: await portOf(secure) })
}

const portOf = async (server: Server): Promise<number> => {
  server.listen(0, host, backlog)
  await once(server, 'listening')
  return (server.address() as { port: number }).port
}

const backlog = 1024
