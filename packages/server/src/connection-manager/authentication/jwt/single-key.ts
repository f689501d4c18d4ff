import { createPublicKey, type KeyObject } from 'node:crypto'
import type { JWTVerifyGetKey } from 'jose'
import { OptionsError } from '../../../errors.js'
import { type Keys, type KeysRead, KeysUnavailable } from './keys.js'
import type { JwtAlgorithm } from './options.js'

interface SingleKey {
  key: KeyObject | Uint8Array
  algorithms: readonly JwtAlgorithm[]
}

/** One key, which verifies all tokens. */
export class OneKey implements Keys {
  readonly #load: () => SingleKey | Promise<SingleKey>
  #loaded: SingleKey | undefined

  constructor(load: () => SingleKey | Promise<SingleKey>) {
    this.#load = load
  }

  get algorithms(): readonly JwtAlgorithm[] {
    return this.#loaded?.algorithms ?? []
  }

  readonly find: JWTVerifyGetKey = async () => {
    if (!this.#loaded) throw new KeysUnavailable('the key was not read yet')
    return this.#loaded.key
  }

  async read(): Promise<KeysRead> {
    const loaded = await this.#load()
    const take = () => {
      this.#loaded = loaded
    }
    return { algorithms: loaded.algorithms, take }
  }

  close(): void {}
}

/** RFC 7518, 3.2: the key of HS256 has at least as many bits as its hash. */
const leastSecretBytes = 32

/** @throws OptionsError */
export const secretKey = (secret: string | Uint8Array): SingleKey => {
  const key = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret.slice()
  if (key.length < leastSecretBytes)
    throw new OptionsError('jwt.secret', `jwt.secret must have at least ${leastSecretBytes} bytes`)
  return { key, algorithms: ['HS256'] }
}

const leastModulusBits = 2048

/** @throws OptionsError, which says nothing of what the text is */
export const publicKey = (option: string, pem: string): SingleKey => {
  if (!/-----BEGIN (PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE)-----/.test(pem))
    throw new OptionsError(option, `${option} must be a public key or a certificate as PEM: -----BEGIN PUBLIC KEY-----`)
  const key = parsePublicKey(option, pem)
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= leastModulusBits) return { key, algorithms: ['RS256'] }
  if (key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return { key, algorithms: ['ES256'] }
  throw new OptionsError(option, `${option} must be an RSA key of ${leastModulusBits} bits or more, or a key on P-256`)
}

const parsePublicKey = (option: string, pem: string): KeyObject => {
  try {
    return createPublicKey(pem)
  } catch {
    throw new OptionsError(option, `${option} can't be read: its PEM is damaged`)
  }
}
