import { readFile } from 'node:fs/promises'
import { OptionsError } from '../../../errors.js'
import { httpUrl } from '../http-url.js'
import { FileKeys } from './key-set.js'
import type { Keys } from './keys.js'
import type { JwtSettings } from './options.js'
import { RemoteKeys } from './remote-keys.js'
import { OneKey, publicKey, secretKey } from './single-key.js'

/** What makes the keys of each option that names some. */
const sources = {
  secret(secret: string | Uint8Array): Keys {
    const key = secretKey(secret)
    return new OneKey(() => key)
  },
  publicKey(pem: string): Keys {
    const key = publicKey('jwt.publicKey', pem)
    return new OneKey(() => key)
  },
  publicKeyFile: (file: string): Keys =>
    new OneKey(async () => publicKey('jwt.publicKeyFile', await read('jwt.publicKeyFile', file))),
  jwksFile: (file: string): Keys => new FileKeys(() => read('jwt.jwksFile', file)),
  jwksUrl: (url: string, settings: JwtSettings): Keys =>
    new RemoteKeys({
      url: httpUrl('jwt.jwksUrl', url),
      cacheMs: settings.jwksCacheSeconds * 1000,
      cooldownMs: settings.jwksCooldownSeconds * 1000,
      timeoutMs: settings.jwksTimeoutMs,
    }),
}

/** @throws OptionsError unless exactly one is given, of the right shape */
export const keysOf = (settings: JwtSettings): Keys => {
  const { secret, publicKey: pem, publicKeyFile, jwksFile, jwksUrl } = settings
  const given = [
    secret !== undefined && sources.secret(secret),
    pem !== undefined && sources.publicKey(pem),
    publicKeyFile !== undefined && sources.publicKeyFile(publicKeyFile),
    jwksFile !== undefined && sources.jwksFile(jwksFile),
    jwksUrl !== undefined && sources.jwksUrl(jwksUrl, settings),
  ].filter((keys) => keys !== false)
  const [keys, ...others] = given
  if (keys && others.length === 0) return keys
  throw new OptionsError('jwt', 'jwt needs one of secret, publicKey, publicKeyFile, jwksUrl and jwksFile, and no more')
}

const read = (option: string, file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: Error) => {
    throw new OptionsError(option, `${option} can't be read: ${error.message}`)
  })
