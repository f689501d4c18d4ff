import { isClientId } from '@daakia/protocol'
import type { JWTVerifyOptions } from 'jose'
import { OptionsError } from '../../../errors.js'

/** How a token may be signed (RFC 7518, 3.1). `none` never is. */
export type JwtAlgorithm = 'HS256' | 'RS256' | 'ES256'

export interface JwtOptions {
  /** The key of HS256: at least 32 bytes. One of the five keys has to be given, and no more. */
  secret?: string | Uint8Array
  /** The key of RS256 or ES256: a public key or a certificate, as PEM. */
  publicKey?: string
  /** The same in a file. */
  publicKeyFile?: string
  /** Where a JSON Web Key Set (RFC 7517) is, with keys of RS256 and ES256. Read at start, and again while it is used. */
  jwksUrl?: string
  /** The same in a file. */
  jwksFile?: string
  /** The `iss` that a token has to have. Tokens of other issuers are left to the authenticators that follow. */
  issuer?: string
  /** An `aud` that a token has to name. */
  audience?: string | readonly string[]
  /** Fewer algorithms than the kind of the key allows. */
  algorithms?: readonly JwtAlgorithm[]
  /** By how much the issuer's clock may differ; 5 where it is absent. */
  clockToleranceSeconds?: number
  /** Whether a token has to have an `exp`; true where it is absent. */
  requireExpiry?: boolean
  /** The claim that names the client; `sub` where it is absent. */
  clientClaim?: string
  /** The claim that names the vendor; `vendor` where it is absent. */
  vendorClaim?: string
  /** The vendor of all tokens. One that names another is refused. */
  vendor?: string
  /** The claim that says `vendor` in the tokens of the vendor itself; `role` where it is absent. */
  roleClaim?: string
  /** The claim that has to be the MQTT client identifier of the connection. */
  connectionClaim?: string
  /** As long the keys of `jwksUrl` are used before they are read again; 600 where it is absent. */
  jwksCacheSeconds?: number
  /** As long after reading them a key that is not among them can't have them read again; 30 where it is absent. */
  jwksCooldownSeconds?: number
  /** As long `jwksUrl` may take to answer; 3,000 where it is absent. */
  jwksTimeoutMs?: number
}

const defaults = {
  clockToleranceSeconds: 5,
  requireExpiry: true,
  clientClaim: 'sub',
  vendorClaim: 'vendor',
  roleClaim: 'role',
  jwksCacheSeconds: 600,
  jwksCooldownSeconds: 30,
  jwksTimeoutMs: 3_000,
} as const

/** Options that were checked, with what was left out. */
export type JwtSettings = JwtOptions & Required<Pick<JwtOptions, keyof typeof defaults>>

/** @throws OptionsError */
export const settleJwt = (options: JwtOptions): JwtSettings => {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as JwtOptions
  const settings = { ...defaults, ...given }
  for (const name of ['clockToleranceSeconds', 'jwksCacheSeconds', 'jwksCooldownSeconds', 'jwksTimeoutMs'] as const)
    if (!(settings[name] >= 0)) throw new OptionsError(`jwt.${name}`, `jwt.${name} must be a number, and not negative`)
  if (settings.vendor !== undefined && !isClientId(settings.vendor))
    throw new OptionsError('jwt.vendor', 'jwt.vendor must be 1 to 128 of A-Z a-z 0-9 . _ @ -')
  return settings
}

/** What jose checks in a token whose signature is right. */
export const verifyOptionsOf = (settings: JwtSettings): JWTVerifyOptions => ({
  clockTolerance: settings.clockToleranceSeconds,
  ...(settings.issuer !== undefined && { issuer: settings.issuer }),
  ...(settings.audience !== undefined && { audience: [settings.audience].flat() }),
  ...(settings.requireExpiry && { requiredClaims: ['exp'] }),
})
