/**
 * What needs vitest.
 *
 * @module
 */
export { chatTests } from './chat-files/chat-tests.js'
