/** `daak/presence`: who is there, and who is told of it. */
export { PresenceRow } from './presence-row.js'
export { sharersOf } from './sharing.js'
export { Watching } from './watching.js'
