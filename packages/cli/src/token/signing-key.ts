import { createPrivateKey, createSecretKey, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { readSecretFile } from '../secret-file.js'

/** A key, and the algorithm (RFC 7518, 3.1) that it signs with. */
export interface SigningKey {
  key: KeyObject
  algorithm: 'HS256' | 'RS256' | 'ES256'
}

/** RFC 7518, 3.2: as long as the hash at least. */
const leastSecretBytes = 32

/** @throws RangeError where it is too short, or there is no such file */
export const secretKey = async (file: string): Promise<SigningKey> => {
  const key = createSecretKey(await readSecretFile(file).catch(unreadable(file)), 'utf8')
  if ((key.symmetricKeySize ?? 0) >= leastSecretBytes) return { key, algorithm: 'HS256' }
  throw new RangeError(
    `${file} holds ${key.symmetricKeySize} bytes, and HS256 takes ${leastSecretBytes} or more: openssl rand -hex 32 > ${file}`,
  )
}

/** Of a PEM file. @throws RangeError where it can't be read, or holds no private key, or one that the server takes no tokens of */
export const privateKey = async (file: string): Promise<SigningKey> => {
  const key = parse(await readFile(file).catch(unreadable(file)), file)
  if (key.asymmetricKeyType === 'rsa') return { key, algorithm: 'RS256' }
  if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return { key, algorithm: 'ES256' }
  throw new RangeError(`${file} holds neither an RSA key nor one of the curve P-256.`)
}

const unreadable = (file: string) => (error: NodeJS.ErrnoException) => {
  throw new RangeError(`${file} can't be read (${error.code}).`)
}

const parse = (pem: Buffer, file: string): KeyObject => {
  try {
    return createPrivateKey(pem)
  } catch {
    throw new RangeError(`${file} holds no private key in PEM.`)
  }
}
