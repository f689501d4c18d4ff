import type { DrainTerms, LeaseTerms, QueueTerms, RetryTerms, TlsOptions } from '@daakia/server'
import type { LogOptions } from '../log/log.js'
import { AccessRules } from './access.js'
import { Archive } from './archive.js'
import { Authentication } from './authentication.js'
import type { DaakiaConfig, ListenConfig } from './daakia-config.js'
import { choice, code, flag, group, listOf, manyOf, number, port, secret, text } from './fields.js'
import { Limits } from './limits.js'
import { Retention } from './retention.js'

const tls = group<TlsOptions>({
  certFile: text('server.crt'),
  keyFile: text('server.key'),
  caFile: text('ca.crt').optional(),
  clientCertificates: choice(['none', 'optional', 'required']).optional(),
  minimumVersion: choice(['TLSv1.2', 'TLSv1.3']).optional(),
})

const isList = (value: unknown): boolean => Array.isArray(value)

const listen = group<ListenConfig>({
  host: text('0.0.0.0').optional(),
  mqttPort: port(1883).optional(),
  mqttsPort: port(8883).optional(),
  httpPort: port(8080).optional(),
  httpsPort: port(8443).optional(),
  tls: tls.optional(),
  proxyProtocol: code<boolean | { from: readonly string[] }>(
    (value) => typeof value === 'boolean' || isList((value as { from?: unknown } | null)?.from),
    'must be true or false, or { "from": ["10.0.0.0/8"] } with the addresses of the proxies',
  ).optional(),
  origins: listOf(['https://app.example.com']).optional(),
  metricsToken: secret('a secret that Prometheus knows').optional(),
  metricsTokenFile: text('metrics-token').optional(),
})

/** The configuration of `daakia serve`. Whether the values fit together is for the server to say. */
export const Config = group<DaakiaConfig>({
  dev: flag().optional(),
  data: text('/var/lib/daakia').optional(),
  listen: listen.optional(),
  redis: text('redis://127.0.0.1:6379').optional(),
  redisFile: text('redis-url').optional(),
  redisPrefix: text('daakia:').optional(),
  redisPartitions: number(16).optional(),
  redisReplicas: number(1).optional(),
  authentication: manyOf(Authentication, '{ "type": "passwordFile", "file": "passwords" }').optional(),
  access: AccessRules.optional(),
  limits: Limits.optional(),
  retention: Retention.optional(),
  archive: Archive.optional(),
  leases: group<Partial<LeaseTerms>>({
    durationMs: number(30_000).optional(),
    longestMs: number(600_000).optional(),
  }).optional(),
  retries: group<Partial<RetryTerms>>({
    firstMs: number(1_000).optional(),
    longestMs: number(60_000).optional(),
  }).optional(),
  queues: group<Partial<QueueTerms>>({
    leaseMs: number(30_000).optional(),
    tries: number(8).optional(),
  }).optional(),
  drain: group<Partial<DrainTerms>>({
    noticeMs: number(2_000).optional(),
    turnsMs: number(10_000).optional(),
    spreadMs: number(10_000).optional(),
  }).optional(),
  log: group<LogOptions>({
    level: choice(['debug', 'info', 'warn', 'error', 'silent']).optional(),
    format: choice(['json', 'pretty']).optional(),
  }).optional(),
  sysIntervalSeconds: number(10).optional(),
})
