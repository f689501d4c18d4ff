/**
 * The commands of `daakia`, as functions.
 *
 * @module
 */
export { type ChatOptions, chat } from './chat/chat.js'
export { type DaakiaConfig, defineConfig } from './config/daakia-config.js'
export type { Io, Status, StopSignal } from './io.js'
export { type ServeOptions, serve } from './serve/serve.js'
