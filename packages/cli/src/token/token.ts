import { resolve } from 'node:path'
import { isClientId, systemClock } from '@daakia/protocol'
import { SignJWT } from 'jose'
import { type Io, processIo, type Status } from '../io.js'
import { privateKey, type SigningKey, secretKey } from './signing-key.js'

export interface TokenOptions {
  client: string
  vendor: string
  /** It speaks for the vendor itself. */
  role?: 'vendor'
  /** A secret, which signs with HS256. */
  secretFile?: string
  /** A private key (PEM), which signs with RS256 or ES256. */
  keyFile?: string
  /** `kid`: which of a key set's keys it is. */
  keyId?: string
  expiresSeconds: number
  issuer?: string
  audience?: string
}

/**
 * Writes a token (JWT) for a client, with the claims that the server reads by default: `sub`, `vendor`, `role`.
 *
 * @returns 0; 1 where it could not, which is told on `io.errors`
 */
export const token = async (options: TokenOptions, io: Io = processIo): Promise<Status> => {
  try {
    io.output.write(`${await sign(options, await keyOf(options, io.folder))}\n`)
    return 0
  } catch (error) {
    io.errors.write(`${error instanceof Error ? error.message : error}\n`)
    return 1
  }
}

const keyOf = ({ secretFile, keyFile }: TokenOptions, folder: string): Promise<SigningKey> => {
  if (secretFile !== undefined && keyFile === undefined) return secretKey(resolve(folder, secretFile))
  if (keyFile !== undefined && secretFile === undefined) return privateKey(resolve(folder, keyFile))
  throw new RangeError('Give what signs it: either --secret-file, or --key-file with a private key.')
}

const sign = ({ client, vendor, role, ...options }: TokenOptions, { key, algorithm }: SigningKey): Promise<string> => {
  for (const name of [client, vendor])
    if (!isClientId(name))
      throw new RangeError(`${JSON.stringify(name)} is no name: that takes 1 to 128 of A-Z a-z 0-9 . _ @ -`)
  const now = Math.floor(systemClock.now() / 1_000)
  const jwt = new SignJWT({ vendor, ...(role && { role }) })
    .setProtectedHeader({ alg: algorithm, ...(options.keyId !== undefined && { kid: options.keyId }) })
    .setSubject(client)
    .setIssuedAt(now)
    .setExpirationTime(now + options.expiresSeconds)
  if (options.issuer !== undefined) jwt.setIssuer(options.issuer)
  if (options.audience !== undefined) jwt.setAudience(options.audience)
  return jwt.sign(key)
}
