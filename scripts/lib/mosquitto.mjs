import { spawnSync } from 'node:child_process'
import { capture, run } from './child.mjs'

const isAvailable = (/** @type {string} */ command) => !spawnSync(command, ['--help'], { stdio: 'ignore' }).error

/**
 * Process tests talk to the server with `mosquitto_pub` and `mosquitto_sub`. Where this process may install them it
 * does; elsewhere it says what is missing, and those tests fail.
 */
export async function provideMosquitto() {
  if (isAvailable('mosquitto_pub')) return
  const debianRoot = process.getuid?.() === 0 && isAvailable('apt-get')
  if (!debianRoot || !(await aptInstall('mosquitto-clients'))) {
    process.stderr.write('mosquitto_pub is missing: install mosquitto-clients, or the tests that use it fail.\n')
  }
}

/** @param {string} name */
async function aptInstall(name) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const install = ['install', '--yes', '--no-install-recommends', name]
  if ((await capture('apt-get', install, { env })).status === 0) return true
  return run('apt-get', ['update'], { env })
    .then(() => run('apt-get', install, { env }))
    .then(
      () => true,
      () => false,
    )
}
