import type { Access, Authorize } from './port.js'

/** A function as the access of a server; what it allows to whom does not change. */
export const accessBy = (authorize: Authorize): Access => ({ authorize, onChange: () => () => {} })

/** Without rules, plain topics are nobody's. */
export const denyPlainTopics: Authorize = () => false

/** Everything is allowed: for development on one machine. */
export const allowAll: Authorize = () => true
