import { isDeepStrictEqual } from 'node:util'
import {
  type AuthenticationWay,
  type Authenticator,
  clientCertificate,
  jwt,
  OptionsError,
  passwordFile,
  webhook,
} from '@daakia/server'
import { isDescribed } from './authentication.js'
import type { AuthenticationEntry, DescribedAuthentication } from './daakia-config.js'
import { ConfigError } from './problems.js'

interface Made {
  entry: DescribedAuthentication
  authenticator: Authenticator
}

/** Makes what a configuration describes, and keeps it: what is described again as it was is the same authenticator. */
export class Authenticators {
  #made: readonly Made[] = []

  /** @throws ConfigError with all that can't be made */
  of(entries: readonly AuthenticationEntry[]): AuthenticationWay[] {
    const problems: string[] = []
    const made: Made[] = []
    const ways = entries.flatMap((entry, index) => {
      if (!isDescribed(entry)) return [entry]
      const authenticator = this.#known(entry) ?? build(entry, index, problems)
      if (!authenticator) return []
      made.push({ entry, authenticator })
      return [authenticator]
    })
    if (problems.length > 0) throw new ConfigError(problems)
    this.#made = made
    return ways
  }

  #known(entry: DescribedAuthentication): Authenticator | undefined {
    return this.#made.find((one) => isDeepStrictEqual(one.entry, entry))?.authenticator
  }
}

const build = (entry: DescribedAuthentication, index: number, problems: string[]): Authenticator | undefined => {
  try {
    return make(entry)
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error
    problems.push(`authentication[${index}]: ${error.message}.`)
    return undefined
  }
}

const make = (entry: DescribedAuthentication): Authenticator => {
  switch (entry.type) {
    case 'jwt':
      return jwt(without(entry, 'type'))
    case 'passwordFile':
      return passwordFile(entry.file, without(entry, 'type', 'file'))
    case 'clientCertificate':
      return clientCertificate(without(entry, 'type'))
    case 'webhook':
      return webhook(without(entry, 'type'))
  }
}

const without = <Entry extends object, Name extends keyof Entry>(entry: Entry, ...names: Name[]): Omit<Entry, Name> =>
  Object.fromEntries(
    Object.entries(entry).filter(([name, value]) => value !== undefined && !names.includes(name as Name)),
  ) as Omit<Entry, Name>
