import { spawnSync } from 'node:child_process'
import { capture, run } from './child.mjs'

/** Commands that tests run, by the Debian package that has them. */
const tools = [
  { command: 'mosquitto_pub', packageName: 'mosquitto-clients' },
  { command: 'mosquitto', packageName: 'mosquitto' },
  { command: 'chromium', packageName: 'chromium' },
  { command: 'openssl', packageName: 'openssl' },
  { command: 'redis-server', packageName: 'redis-server' },
  { command: 'haproxy', packageName: 'haproxy' },
]

const isAvailable = (/** @type {string} */ command) => !spawnSync(command, ['--help'], { stdio: 'ignore' }).error

/**
 * Some tests speak to the server with mosquitto's clients, or with mosquitto as its clients do, open a web page in
 * chromium, make keys and certificates with openssl, or store in Redis. Where this process may install them it does; elsewhere it says
 * what is missing, and those tests fail.
 */
export async function provideTestTools() {
  const debianRoot = process.getuid?.() === 0 && isAvailable('apt-get')
  for (const { command, packageName } of tools) {
    if (isAvailable(command) || (debianRoot && (await aptInstall(packageName)))) continue
    process.stderr.write(`${command} is missing: install ${packageName}, or the tests that use it fail.\n`)
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
