import { readFile, stat } from 'node:fs/promises'
import { OptionsError } from '../../../errors.js'
import type { Authentication, Authenticator, AuthenticatorServices, Credentials } from '../authenticator.js'
import { LanesFull } from '../lanes.js'
import { badCredentials, busy } from '../refusals.js'
import { defaultHashCost, type HashCost, type PasswordHash, unguessable } from './hash.js'
import { BrokenLine, type PasswordEntries, parsePasswordFile } from './lines.js'
import { PasswordChecks } from './password-checks.js'

export interface PasswordFileOptions {
  /** The vendor of user names that name none: with `acme`, `ana` is the same as `acme/ana`. */
  vendor?: string
}

/**
 * Knows clients by user name (`vendor/client`) and password, from a file as `setPassword` writes it:
 *
 * ```text
 * # vendor/client:hash, and :vendor behind it for who acts for the vendor itself
 * acme/ana:$scrypt$ln=15,r=8,p=3$…$…
 * acme/console:$scrypt$ln=15,r=8,p=3$…$…:vendor
 * ```
 *
 * Finding out that it does not know somebody costs as much as a wrong password, so ask it last. The server does not
 * start where the file can't be read or a line of it is broken: OptionsError, with the number of the line.
 */
export const passwordFile = (file: string, options: PasswordFileOptions = {}): Authenticator =>
  new PasswordFile(file, options)

class PasswordFile implements Authenticator {
  readonly name = 'password-file'
  readonly #file: string
  readonly #vendor: string | undefined
  #services: AuthenticatorServices | undefined
  #checks: PasswordChecks | undefined
  #entries: PasswordEntries = new Map()
  #nobody: PasswordHash = unguessable(defaultHashCost)

  constructor(file: string, { vendor }: PasswordFileOptions) {
    this.#file = file
    this.#vendor = vendor
  }

  async start(services: AuthenticatorServices): Promise<void> {
    this.#services = services
    this.#checks = new PasswordChecks(services.clock)
    const take = await this.reload()
    take()
  }

  async authenticate({ username, password }: Credentials): Promise<Authentication | undefined> {
    if (username === undefined || password === undefined || !this.#checks) return undefined
    const entry = this.#entries.get(this.#userOf(username))
    try {
      const right = await this.#checks.isRight(password, entry?.hash ?? this.#nobody)
      if (!entry) return undefined
      return right ? { identity: entry.identity } : badCredentials('the password is wrong')
    } catch (error) {
      if (error instanceof LanesFull) return busy('too many passwords wait to be checked')
      throw error
    }
  }

  async reload(): Promise<() => void> {
    const entries = await read(this.#file)
    await this.#warnOfReaders()
    return () => {
      this.#entries = entries
      this.#nobody = unguessable(costliest(entries))
    }
  }

  #userOf(username: string): string {
    return this.#vendor === undefined || username.includes('/') ? username : `${this.#vendor}/${username}`
  }

  async #warnOfReaders(): Promise<void> {
    const { mode } = await stat(this.#file)
    if (mode & 0o007)
      this.#services?.log.warn({ file: this.#file }, 'Everybody on this machine can read the password file')
  }
}

const read = async (file: string): Promise<PasswordEntries> => {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new OptionsError('passwordFile', `The password file can't be read: ${error.message}`)
  })
  try {
    return parsePasswordFile(text)
  } catch (error) {
    if (!(error instanceof BrokenLine)) throw error
    throw new OptionsError(
      'passwordFile',
      `Line ${error.line} of the password file ${file} is broken: ${error.message}`,
    )
  }
}

/** What the file's own hashes cost, so that it takes no less time to find nobody. */
const costliest = (entries: PasswordEntries): HashCost => {
  let cost: HashCost | undefined
  for (const { hash } of entries.values()) if (!cost || workOf(hash) > workOf(cost)) cost = hash
  return cost ?? defaultHashCost
}

const workOf = ({ ln, r, p }: HashCost): number => 2 ** ln * r * p
