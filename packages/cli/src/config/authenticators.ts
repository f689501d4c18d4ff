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
import { type AuthenticationEntry, type DescribedAuthentication, isDescribed } from './authentication.js'
import { ConfigError } from './problems.js'

/** Makes what a configuration describes, and keeps it: what is described again as it was is the same authenticator. */
export class Authenticators {
  #made: { entry: DescribedAuthentication; authenticator: Authenticator }[] = []

  /** @throws ConfigError */
  of(entries: readonly AuthenticationEntry[]): AuthenticationWay[] {
    const made = entries.map((entry, index) =>
      isDescribed(entry) ? { entry, authenticator: this.#known(entry) ?? build(entry, index) } : entry,
    )
    this.#made = made.filter((one) => typeof one === 'object' && 'entry' in one)
    return made.map((one) => (typeof one === 'object' && 'entry' in one ? one.authenticator : one))
  }

  #known(entry: DescribedAuthentication): Authenticator | undefined {
    return this.#made.find((one) => isDeepStrictEqual(one.entry, entry))?.authenticator
  }
}

const build = (entry: DescribedAuthentication, index: number): Authenticator => {
  try {
    return make(entry)
  } catch (error) {
    if (error instanceof OptionsError) throw new ConfigError([`authentication[${index}]: ${error.message}.`])
    throw error
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

/** What is optional and was given. */
type Given<Fields> = { [Name in keyof Fields]: Exclude<Fields[Name], undefined> }

const without = <Entry extends object, Name extends keyof Entry>(
  entry: Entry,
  ...names: Name[]
): Given<Omit<Entry, Name>> =>
  Object.fromEntries(
    Object.entries(entry).filter(([name, value]) => value !== undefined && !names.includes(name as Name)),
  ) as Given<Omit<Entry, Name>>
