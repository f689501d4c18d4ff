/**
 * What sibling packages build on: a chat file of what was said on a running server. Tests use `@daakia/testing`.
 *
 * @module
 */
export { chatFileOf, type Journal } from './chat-files/journal/chat-file-of.js'
