import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { exportJWK, type JWK, SignJWT } from 'jose'

/** Who signs tokens, with one key. */
export class Issuer {
  private constructor(
    readonly algorithm: 'HS256' | 'RS256' | 'ES256',
    readonly kid: string,
    private readonly signingKey: KeyObject | Uint8Array,
    private readonly publicKey?: KeyObject,
  ) {}

  static withSecret(secret: string): Issuer {
    return new Issuer('HS256', 'secret', new TextEncoder().encode(secret))
  }

  static rsa(kid = 'rsa'): Issuer {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    return new Issuer('RS256', kid, privateKey, publicKey)
  }

  static ec(kid = 'ec'): Issuer {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    return new Issuer('ES256', kid, privateKey, publicKey)
  }

  /** The public key, as PEM. */
  get pem(): string {
    return this.publicKey?.export({ type: 'spki', format: 'pem' }) as string
  }

  /** The public key, as an entry of a key set. */
  async jwk(): Promise<JWK> {
    if (!this.publicKey) throw new Error('a secret is no public key')
    return { ...(await exportJWK(this.publicKey)), kid: this.kid, use: 'sig' }
  }

  sign(claims: object, header: object = {}): Promise<string> {
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: this.algorithm, kid: this.kid, ...header })
      .sign(this.signingKey)
  }
}

/** A token of these parts, whatever they are; the signature as base 64. */
export const rawToken = (header: object, claims: object, signature = ''): string =>
  `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.${signature}`

/** As somebody would sign who takes any text for a secret. */
export const hmacToken = (claims: object, secret: string | Uint8Array, header: object = {}): string => {
  const signed = rawToken({ alg: 'HS256', ...header }, claims).slice(0, -1)
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}
