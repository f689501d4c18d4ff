import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * @param {number} usual
 * @returns {Promise<number>} the usual port, or any free one where it is taken
 */
export async function freePort(usual) {
  return (await portOf(usual)) ?? (await portOf(0)) ?? usual
}

/**
 * @param {number} port
 * @returns {Promise<number | undefined>} the port, where it is free on loopback
 */
async function portOf(port) {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
    return /** @type {import('node:net').AddressInfo} */ (server.address()).port
  } catch {
    return undefined
  } finally {
    server.close()
  }
}
