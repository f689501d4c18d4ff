import type { Authenticate, Authenticator } from '@daakia/server'
import { z } from 'zod'
import { choice, flag, group, number, oneOrMore, secret, text } from './fields.js'

/** JSON Web Tokens. One kind of key is named: a secret, a public key, or a key set. */
const jwt = group({
  type: z.literal('jwt'),
  /** HS256: what signs the tokens, of 32 bytes at least. */
  secret: secret('a secret of 32 characters or more').optional(),
  secretFile: text('jwt-secret').optional(),
  /** RS256, ES256: PEM. */
  publicKey: text('-----BEGIN PUBLIC KEY-----…').optional(),
  publicKeyFile: text('jwt-public-key.pem').optional(),
  /** Where the identity provider publishes its keys. */
  jwksUrl: text('https://id.example.com/.well-known/jwks.json').optional(),
  jwksFile: text('jwks.json').optional(),
  issuer: text('https://id.example.com').optional(),
  audience: oneOrMore('daakia').optional(),
  algorithms: z.array(choice(['HS256', 'RS256', 'ES256'])).optional(),
  clockToleranceSeconds: number(5).optional(),
  requireExpiry: flag().optional(),
  /** The vendor of all of them; else a claim names it. */
  vendor: text('acme').optional(),
  vendorClaim: text('vendor').optional(),
  clientClaim: text('sub').optional(),
  roleClaim: text('role').optional(),
  /** The claim that names the MQTT client identifier which the token is good for. */
  connectionClaim: text('connection').optional(),
})

/** Passwords, as `daakia passwd` writes them. */
const passwordFile = group({
  type: z.literal('passwordFile'),
  file: text('passwords'),
  vendor: text('acme').optional(),
})

/** Certificates of clients, checked in TLS. */
const clientCertificate = group({
  type: z.literal('clientCertificate'),
  client: choice(['commonName', 'dns', 'uri', 'email']).optional(),
  vendor: text('acme').optional(),
})

/** A service of yours that is asked. */
const webhook = group({
  type: z.literal('webhook'),
  url: text('https://id.example.com/mqtt'),
  timeoutMs: number(2_000).optional(),
  cacheSeconds: number(30).optional(),
  headers: z.record(z.string(), secret('application/json')).optional(),
  /** Signs what it is asked, so that it can trust it. */
  secret: secret('a secret that the webhook knows').optional(),
  secretFile: text('webhook-secret').optional(),
})

/** The ways of knowing who somebody is that a file can name. */
export const authenticationTypes = { jwt, passwordFile, clientCertificate, webhook } as const

const types = Object.keys(authenticationTypes)

/** An entry of `authentication` that a file can hold. */
export type DescribedAuthentication = z.input<(typeof authenticationTypes)[keyof typeof authenticationTypes]>

/** An entry of `authentication`: a description, or code. */
export type AuthenticationEntry = DescribedAuthentication | Authenticator | Authenticate

export const isDescribed = (entry: AuthenticationEntry): entry is DescribedAuthentication =>
  typeof entry === 'object' && !('authenticate' in entry)

/** An entry is checked as what its `type` says it is, so that the messages are about that one alone. */
export const Authentication = z.custom<AuthenticationEntry>().superRefine((entry: unknown, context) => {
  if (typeof entry === 'function' || (isObject(entry) && typeof entry.authenticate === 'function')) return
  const type = isObject(entry) ? authenticationTypes[entry.type as keyof typeof authenticationTypes] : undefined
  if (!type) return void context.addIssue({ code: 'custom', message: unknownType(entry) })
  for (const issue of type.safeParse(entry, { reportInput: true }).error?.issues ?? [])
    context.addIssue({ code: 'custom', path: issue.path, message: issue.message })
})

const unknownType = (entry: unknown): string => {
  const given = isObject(entry) && entry.type !== undefined ? `; its type is ${JSON.stringify(entry.type)}` : ''
  return `must be { type: 'jwt', … }, with one of the types ${types.join(', ')}, or a function${given}`
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
