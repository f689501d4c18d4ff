import type {
  Access,
  Authenticate,
  Authenticator,
  Authorize,
  ClientCertificateOptions,
  DrainTerms,
  JwtOptions,
  LeaseTerms,
  ListenOptions,
  PasswordFileOptions,
  Ports,
  QueueTerms,
  RetryTerms,
  Rule,
  WebhookOptions,
} from '@daakia/server'
import type { LogOptions } from '../log/log.js'
import type { ArchiveConfig } from './archive.js'
import type { LimitsConfig } from './limits.js'
import type { RetentionConfig } from './retention.js'

/** What `daakia.config.ts` exports: the configuration of `daakia serve`. Every field may be absent. */
export interface DaakiaConfig {
  /** Lets clients of this machine in without a password, and allows them every topic: for development. Default: false. */
  dev?: boolean
  /** The folder in which everything is kept. Default: `.daakia`, beside the configuration file. */
  data?: string
  /**
   * The Redis in which everything is kept, in place of a folder: all processes that have the same one are one server. Its URL:
   * `redis://[user:password@]host[:port][/db]`, `redis+sentinel://…/service` or `redis+cluster://…`, each with `rediss` for TLS.
   */
  redis?: string
  /** A file that holds `redis`. */
  redisFile?: string
  /** What all keys and channels of the server begin with, so that several servers may share a Redis. Default: `daakia:`. */
  redisPrefix?: string
  /**
   * Into how many partitions the Redis is divided, from 1 to 1,024: settled by the first server that starts. Default: as many as
   * it has; where it is new, 16 in a Cluster, and else one.
   */
  redisPartitions?: number
  /**
   * How many replicas of Redis have to have what is written before anybody hears that it is. Default: 0, by which a master
   * that dies takes along what it has not sent to the one that takes its place.
   */
  redisReplicas?: number
  /** Where the server listens. */
  listen?: ListenConfig
  /** The ways of knowing who somebody is, asked in order. One at least is needed, unless `dev` is set. */
  authentication?: readonly AuthenticationEntry[]
  /** Who may use which plain topics: rules, of which the first that fits decides, or a function. Default: nobody any. */
  access?: readonly Rule[] | Access | Authorize
  /** What clients may take of the server. */
  limits?: LimitsConfig
  /** What journals keep, and for how long. Default: everything, for ever. */
  retention?: RetentionConfig
  /** Where older messages are moved to, and read from. Default: they stay where all others are. */
  archive?: ArchiveConfig
  /** How long a bot has for a turn. */
  leases?: Partial<LeaseTerms>
  /** How long a bot that has failed at something waits before it tries again. */
  retries?: Partial<RetryTerms>
  queues?: Partial<QueueTerms>
  /** How one of many nodes leaves the others when it is stopped. */
  drain?: Partial<DrainTerms>
  /** What is told of what happens, and how. */
  log?: LogOptions
  /** How often `$SYS` topics that have changed are published; 0: never. Default: 10. */
  sysIntervalSeconds?: number
}

/** Where the server listens. */
export interface ListenConfig extends Omit<ListenOptions, keyof Ports> {
  /** MQTT over TCP; 0 takes a free port, false none. Default: 1883, or none where there is `tls`. */
  mqttPort?: number | false
  /** MQTT over TLS; 0 takes a free port, false none. Default: 8883 where there is `tls`. */
  mqttsPort?: number | false
  /** MQTT over WebSocket at `/mqtt`, and pages for operators. Default: 8080, or none where there is `tls`. */
  httpPort?: number | false
  /** The same over TLS. Default: 8443 where there is `tls`. */
  httpsPort?: number | false
  /** A file that holds `metricsToken`. */
  metricsTokenFile?: string
}

/** JSON Web Tokens, sent as the MQTT password. */
export interface JwtConfig extends Omit<JwtOptions, 'secret'> {
  type: 'jwt'
  /** The key of HS256: at least 32 bytes. One of the keys has to be given, and no more. */
  secret?: string
  /** A file that holds `secret`. */
  secretFile?: string
}

/** User names and passwords, in a file as `daakia passwd` writes it. */
export interface PasswordFileConfig extends PasswordFileOptions {
  type: 'passwordFile'
  /** The password file. */
  file: string
}

/** Certificates that clients show in TLS. */
export interface ClientCertificateConfig extends ClientCertificateOptions {
  type: 'clientCertificate'
}

/** A service of yours that is asked. */
export interface WebhookConfig extends WebhookOptions {
  type: 'webhook'
  /** A file that holds `secret`. */
  secretFile?: string
}

/** An entry of `authentication` that a file can hold. */
export type DescribedAuthentication = JwtConfig | PasswordFileConfig | ClientCertificateConfig | WebhookConfig

/** An entry of `authentication`: a description, or code. */
export type AuthenticationEntry = DescribedAuthentication | Authenticator | Authenticate

/** Names a configuration's type, for completion in an editor. */
export const defineConfig = (config: DaakiaConfig): DaakiaConfig => config
