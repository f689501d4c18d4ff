import { setTimeout as delay } from 'node:timers/promises'

const intervalMs = 20
const patienceMs = 15_000

/**
 * Resolves when the server says that it is well.
 *
 * @param {number} httpPort
 */
export async function healthy(httpPort) {
  const deadline = performance.now() + patienceMs
  while (!(await isHealthy(`http://127.0.0.1:${httpPort}/healthz`))) {
    if (performance.now() > deadline) throw new Error(`The server is not up after ${patienceMs / 1000} s.`)
    await delay(intervalMs)
  }
}

/** @param {string} url */
function isHealthy(url) {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  )
}
