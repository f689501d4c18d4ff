import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const intervalMs = 20
const patienceMs = 15_000

/**
 * Resolves when the server says that it is well.
 *
 * @param {number} httpPort
 */
export function healthy(httpPort) {
  return until(() => isHealthy(`http://127.0.0.1:${httpPort}/healthz`), 'The server is not up')
}

/**
 * Resolves when an example's bot has written that it is online.
 *
 * @param {string} log
 */
export function online(log) {
  return until(() => readFileSync(log, 'utf8').includes(': online\n'), 'The bot is not online')
}

/**
 * @param {() => boolean | Promise<boolean>} isSo
 * @param {string} otherwise what is wrong as long as it is not
 */
async function until(isSo, otherwise) {
  const deadline = performance.now() + patienceMs
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`${otherwise} after ${patienceMs / 1000} s.`)
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
