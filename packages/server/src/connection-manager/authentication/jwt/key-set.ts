import type { JSONWebKeySet, JWK, JWTVerifyGetKey } from 'jose'
import { OptionsError } from '../../../errors.js'
import { jose } from './jose.js'
import { type Keys, type KeysRead, KeysUnavailable } from './keys.js'
import type { JwtAlgorithm } from './options.js'

/** A set of public keys: a secret in it is not used. */
export const keySetAlgorithms: readonly JwtAlgorithm[] = ['RS256', 'ES256']

/** Finds a token's key in a JSON Web Key Set (RFC 7517). @throws Error where it is none, or has no key that can be used */
export const keySetOf = async (json: unknown): Promise<JWTVerifyGetKey> => {
  if (!isKeySet(json)) throw new Error('it is no JSON Web Key Set')
  const keys = json.keys.filter(isUsable)
  if (keys.length === 0) throw new Error('it has no key of RS256 or ES256')
  const { createLocalJWKSet } = await jose()
  return createLocalJWKSet({ keys })
}

const isKeySet = (json: unknown): json is JSONWebKeySet => {
  const { keys } = (json ?? {}) as { keys?: unknown }
  return Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null && !Array.isArray(key))
}

const isUsable = ({ kty, crv }: JWK): boolean => kty === 'RSA' || (kty === 'EC' && crv === 'P-256')

/** A key set in a file. */
export class FileKeys implements Keys {
  readonly algorithms = keySetAlgorithms
  readonly #load: () => Promise<string>
  #keys: JWTVerifyGetKey | undefined

  constructor(load: () => Promise<string>) {
    this.#load = load
  }

  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (!this.#keys) throw new KeysUnavailable('the key set was not read yet')
    return this.#keys(header, token)
  }

  async read(): Promise<KeysRead> {
    const keys = await parse(await this.#load())
    const take = () => {
      this.#keys = keys
    }
    return { algorithms: this.algorithms, take }
  }

  close(): void {}
}

const parse = async (text: string): Promise<JWTVerifyGetKey> => {
  try {
    return await keySetOf(JSON.parse(text))
  } catch (error) {
    const problem = error instanceof SyntaxError ? 'it is no JSON' : (error as Error).message
    throw new OptionsError('jwt.jwksFile', `jwt.jwksFile can't be used: ${problem}`)
  }
}
