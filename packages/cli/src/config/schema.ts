import type { Access, Authorize } from '@daakia/server'
import { z } from 'zod'
import { Authentication } from './authentication.js'
import { choice, code, flag, group, listOf, number, port, secret, text } from './fields.js'
import { Limits } from './limits.js'

const tls = group({
  /** PEM; the certificates that lead to its authority follow it. */
  certFile: text('server.crt'),
  keyFile: text('server.key'),
  /** The authorities that sign the certificates of clients. */
  caFile: text('ca.crt').optional(),
  clientCertificates: choice(['none', 'optional', 'required']).optional(),
  minimumVersion: choice(['TLSv1.2', 'TLSv1.3']).optional(),
})

const listen = group({
  /** `127.0.0.1`, this machine only, by default; `0.0.0.0` for everybody. */
  host: text('0.0.0.0').optional(),
  /** MQTT over TCP. */
  mqttPort: port(1883).optional(),
  /** MQTT over TLS. */
  mqttsPort: port(8883).optional(),
  /** MQTT over WebSocket at `/mqtt`; `/healthz`, `/readyz`, `/metrics`. */
  httpPort: port(8080).optional(),
  /** The same over TLS. */
  httpsPort: port(8443).optional(),
  tls: tls.optional(),
  /** What is before the server tells whom it speaks for. */
  proxyProtocol: code<boolean | { from: readonly string[] }>(
    (value) => typeof value === 'boolean' || isList((value as { from?: unknown } | null)?.from),
    'must be true, or { "from": ["10.0.0.0/8"] } with the proxies',
  ).optional(),
  /** The web pages that may connect; by default those of the same host. */
  origins: listOf(['https://app.example.com']).optional(),
  /** What who reads `/metrics` from another machine has to show. */
  metricsToken: secret('a secret that Prometheus knows').optional(),
  metricsTokenFile: text('metrics-token').optional(),
})

/** What rules are made of, the server says. */
const access = code<readonly object[] | Access | Authorize>(
  (value) => isList(value) || typeof value === 'function' || hasAuthorize(value),
  'must be a list of rules, such as [{ "allow": "all", "topic": "sensors/{client}/#" }], or a function',
)

const isList = (value: unknown): boolean => Array.isArray(value)

const hasAuthorize = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'authorize' in value && typeof value.authorize === 'function'

/** The configuration of `daakia serve`. Whether the values fit together is for the server to say. */
export const Config = group({
  /** Lets clients of this machine in without a password. */
  dev: flag().optional(),
  /** The folder in which everything is kept. */
  data: text('/var/lib/daakia').optional(),
  listen: listen.optional(),
  /** Ways of knowing who somebody is, tried in order. */
  authentication: z.array(Authentication).optional(),
  /** Who may do what with plain topics: nobody anything by default. */
  access: access.optional(),
  /** What clients may take of the server. */
  limits: Limits.optional(),
  /** How long a bot has for a turn. */
  leases: group({ durationMs: number(30_000).optional(), longestMs: number(600_000).optional() }).optional(),
  log: group({
    level: choice(['debug', 'info', 'warn', 'error', 'silent']).optional(),
    /** `pretty` at a terminal, else `json`. */
    format: choice(['json', 'pretty']).optional(),
  }).optional(),
  /** How often what has changed is told on `$SYS`; 0: never. */
  sysIntervalSeconds: number(10).optional(),
})

/** What `daakia.config.ts` exports. */
export type DaakiaConfig = z.input<typeof Config>

/** Names a configuration's type, for completion in an editor. */
export const defineConfig = (config: DaakiaConfig): DaakiaConfig => config
