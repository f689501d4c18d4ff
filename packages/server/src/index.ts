/**
 * The Daakia server: MQTT 5 and 3.1.1, with durable conversations under `daak/`.
 *
 * @module
 */
export { type ArchivedMessages, type ArchiveMessagesOptions, archiveMessages } from './archive/archive-messages.js'
export { type Backup, type BackupOptions, backup } from './archive/backup.js'
export { ArchiveError, type ArchiveFault } from './archive/errors.js'
export { type ExportOptions, exportVendor } from './archive/export-vendor.js'
export { discardImports, type Imported, type ImportOptions, importVendor } from './archive/import-vendor.js'
export type { MovedTable } from './archive/migrate/compare.js'
export { type Migrated, type MigrateOptions, type MigrationPlace, migrate } from './archive/migrate/migrate.js'
export type { Progress, Tell } from './archive/progress.js'
export { type RestoreOptions, restore } from './archive/restore.js'
export { type Verification, type VerifyOptions, verify } from './archive/verify.js'
export { type ArchiveVerification, type VerifyArchiveOptions, verifyArchive } from './archive/verify-archive.js'
export type { LeaseTerms } from './backend/port.js'
export type { RetryTerms, TurnHooks, TurnPoint } from './backend/turns/index.js'
export type { TurnAtWork } from './backend/turns/turn-at-work.js'
export {
  type Access,
  type AccessRequest,
  type Action,
  type Authorize,
  accessBy,
  type Rule,
  rules,
} from './broker/index.js'
export { checkOptions } from './check-options.js'
export type {
  Admitted,
  Authenticate,
  Authentication,
  AuthenticationWay,
  Authenticator,
  AuthenticatorServices,
  ByteStream,
  ByteStreamEvents,
  Challenge,
  ClientCertificateOptions,
  Credentials,
  HashCost,
  JwtAlgorithm,
  JwtOptions,
  PasswordChange,
  PasswordFileOptions,
  Refusal,
  TlsOptions,
  WebhookOptions,
} from './connection-manager/index.js'
export {
  clientCertificate,
  defaultHashCost,
  devOperator,
  formatPasswordLine,
  hashPassword,
  jwt,
  passwordFile,
  setPassword,
  webhook,
} from './connection-manager/index.js'
export type { Ports } from './doors.js'
export type { DrainTerms } from './draining/terms.js'
export { OptionsError, StorageError, type StorageFault } from './errors.js'
export type { Identity, Principal, SessionName } from './identity.js'
export type { QueueTerms } from './inbox/queue/index.js'
export { type LmdbOptions, openLmdb } from './kv/lmdb.js'
export { type MemoryDisk, type MemoryDiskOptions, memoryDisk, memoryKeyValue } from './kv/memory.js'
export { numberOf as partitionOf } from './kv/partitions/number-of.js'
export type { KeyValue } from './kv/port.js'
export type { AccountLimits, HolderLimits, ScopedLimits, VendorLimits } from './limits/account-limits.js'
export { defaultServerLimits, type ServerLimits, type ServerLimitsOptions } from './limits/server-limits.js'
export type { ListenOptions } from './listen-options.js'
export { type Log, type LogFields, silentLog } from './log.js'
export { type RedisStorage, type ServerOptions, type Storage, serverDefaults } from './options.js'
export { folderArchive } from './persistence/archive/folder-archive.js'
export type { ArchiveStore } from './persistence/archive/port.js'
export type { ArchiveOptions } from './persistence/archive/settings.js'
export type { RetentionOptions, RetentionTerms } from './persistence/retention/settings.js'
export { RedisError, type RedisFault } from './redis/errors.js'
export type { ServerChanges } from './reload.js'
export { createServer, type Server } from './server.js'
