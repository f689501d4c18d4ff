/** Rows whose topics the server keeps for those who subscribe. */
export { conversationsOf } from './conversations.js'
export { KeptRow } from './kept-row.js'
export type { KeptSource, Told } from './source.js'
