/** Calls on their way to services, and their answers on the way back. */
export { readAnnouncement } from './announcement.js'
export { failureOf } from './open-call.js'
export type { CallContent } from './port.js'
export { Services } from './services.js'
