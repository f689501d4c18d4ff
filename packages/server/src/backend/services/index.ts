/** Calls on their way to services, and their answers on the way back. */
export { type Announcement, readAnnouncement } from './announcement.js'
export { ServiceDirectory } from './directory.js'
export { failureOf } from './open-call.js'
export type { CallContent } from './port.js'
export { Services } from './services.js'
