import { connect } from 'node:net'
import type { HostAndPort } from './address.js'

/** How a Redis without a password begins what it says to another machine, before it closes the connection. */
const refusal = '-DENIED Redis is running in protected mode'

/**
 * Whether a Redis turns away who comes from another machine. It says so before it is asked, so that a client that asks at
 * once may find no more than a connection that was cut.
 */
export const isProtected = ({ host, port }: HostAndPort, withinMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    let said = ''
    const socket = connect({ host, port, timeout: withinMs })
    const done = () => {
      socket.destroy()
      resolve(said.startsWith(refusal))
    }
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      said += text
      if (said.length >= refusal.length) done()
    })
    socket.on('error', done)
    socket.on('close', done)
    socket.on('timeout', done)
  })
