import type { JWTVerifyGetKey } from 'jose'
import type { AuthenticatorServices } from '../authenticator.js'
import type { JwtAlgorithm } from './options.js'

/** The keys are not there now. A token may be good all the same. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable'
}

/** Keys that were read, and are not used yet. */
export interface KeysRead {
  readonly algorithms: readonly JwtAlgorithm[]
  take(): void
}

/** Where the keys are that tokens are verified with. */
export interface Keys {
  /**
   * What this kind of key is for. A token says itself how it was signed, and is not believed: else one could be signed
   * with a public key as if that were a secret.
   */
  readonly algorithms: readonly JwtAlgorithm[]
  /** @throws KeysUnavailable; an error of jose where no key fits the token */
  readonly find: JWTVerifyGetKey
  /** Reads them anew. @throws OptionsError where they can't be read; those that were there stay. */
  read(services: AuthenticatorServices): Promise<KeysRead>
  close(): void
}
