/**
 * The commands of `daakia`, as functions.
 *
 * @module
 */
export { type ArchiveOptions, archive } from './archive/archive.js'
export { type BackupOptions, backup } from './archive/backup.js'
export type { DataFolderOptions } from './archive/data-folder.js'
export { type ExportOptions, exportData } from './archive/export.js'
export { type ImportOptions, importData } from './archive/import.js'
export { type MigrateOptions, migrate } from './archive/migrate.js'
export { type RestoreOptions, restore } from './archive/restore.js'
export { type VerifyOptions, verify } from './archive/verify.js'
export { type VerifyArchiveOptions, verifyArchive } from './archive/verify-archive.js'
export { type ChatOptions, chat } from './chat/chat.js'
export { type CheckDeployOptions, checkDeploy } from './check-deploy/check-deploy.js'
export type { ArchiveConfig } from './config/archive.js'
export {
  type AuthenticationEntry,
  type ClientCertificateConfig,
  type DaakiaConfig,
  type DescribedAuthentication,
  defineConfig,
  type JwtConfig,
  type ListenConfig,
  type PasswordFileConfig,
  type WebhookConfig,
} from './config/daakia-config.js'
export type { LimitsConfig } from './config/limits.js'
export type { RetentionConfig } from './config/retention.js'
export type { Io, Status, StopSignal } from './io.js'
export { type PasswdOptions, passwd } from './passwd/passwd.js'
export { type ServeOptions, serve } from './serve/serve.js'
export { type TokenOptions, token } from './token/token.js'
