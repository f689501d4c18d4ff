import { z } from 'zod'
import type {
  AuthenticationEntry,
  ClientCertificateConfig,
  DescribedAuthentication,
  JwtConfig,
  PasswordFileConfig,
  WebhookConfig,
} from './daakia-config.js'
import { choice, flag, group, listOf, manyOf, number, oneOrMore, secret, text, whole } from './fields.js'

const jwt = group<JwtConfig>({
  type: z.literal('jwt'),
  secret: secret('a secret of 32 characters or more').optional(),
  secretFile: text('jwt-secret').optional(),
  publicKey: text('-----BEGIN PUBLIC KEY-----…').optional(),
  publicKeyFile: text('jwt-public-key.pem').optional(),
  jwksUrl: text('https://id.example.com/.well-known/jwks.json').optional(),
  jwksFile: text('jwks.json').optional(),
  issuer: text('https://id.example.com').optional(),
  audience: oneOrMore('daakia').optional(),
  algorithms: manyOf(choice(['HS256', 'RS256', 'ES256']), '"RS256"').optional(),
  clockToleranceSeconds: number(5).optional(),
  requireExpiry: flag().optional(),
  vendor: text('acme').optional(),
  vendorClaim: text('vendor').optional(),
  clientClaim: text('sub').optional(),
  roleClaim: text('role').optional(),
  connectionClaim: text('connection').optional(),
  jwksCacheSeconds: number(600).optional(),
  jwksCooldownSeconds: number(30).optional(),
  jwksTimeoutMs: number(3_000).optional(),
})

const passwordFile = group<PasswordFileConfig>({
  type: z.literal('passwordFile'),
  file: text('passwords'),
  vendor: text('acme').optional(),
})

const clientCertificate = group<ClientCertificateConfig>({
  type: z.literal('clientCertificate'),
  client: choice(['commonName', 'dns', 'uri', 'email']).optional(),
  pattern: text('(?<client>[^.]+)\\.(?<vendor>[^.]+)\\.example\\.com').optional(),
  vendor: text('acme').optional(),
  vendorFrom: choice(['organization', 'organizationalUnit']).optional(),
})

const webhook = group<WebhookConfig>({
  type: z.literal('webhook'),
  url: text('https://id.example.com/mqtt'),
  timeoutMs: number(2_000).optional(),
  cacheSeconds: number(30).optional(),
  denyCacheSeconds: number(5).optional(),
  headers: z.record(z.string(), secret('application/json')).optional(),
  secret: secret('a secret that the webhook knows').optional(),
  secretFile: text('webhook-secret').optional(),
  methods: listOf(['SCRAM-SHA-256']).optional(),
  questionsAtOnce: whole(32).optional(),
})

/** The ways of knowing who somebody is that a file can name. */
export const authenticationTypes = { jwt, passwordFile, clientCertificate, webhook } as const

const types = Object.keys(authenticationTypes)

export const isDescribed = (entry: AuthenticationEntry): entry is DescribedAuthentication =>
  typeof entry === 'object' && !('authenticate' in entry)

/** An entry is checked as what its `type` says it is, so that the messages are about that one alone. */
export const Authentication = z.custom<AuthenticationEntry>().superRefine((entry: unknown, context) => {
  if (typeof entry === 'function' || (isObject(entry) && typeof entry.authenticate === 'function')) return
  const type = isObject(entry) ? typeOf(entry) : undefined
  if (!type) return void context.addIssue({ code: 'custom', message: unknownType(entry) })
  for (const issue of type.safeParse(entry, { reportInput: true }).error?.issues ?? [])
    context.addIssue({ code: 'custom', path: issue.path, message: issue.message })
})

const typeOf = ({ type }: Record<string, unknown>) =>
  typeof type === 'string' && types.includes(type)
    ? authenticationTypes[type as keyof typeof authenticationTypes]
    : undefined

const unknownType = (entry: unknown): string => {
  const given = isObject(entry) && entry.type !== undefined ? `; its type is ${JSON.stringify(entry.type)}` : ''
  return `must be { type: 'jwt', … }, with one of the types ${types.join(', ')}, or a function${given}`
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
