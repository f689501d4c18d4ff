import { table } from './port.js'

/**
 * [0] to when what is stored was last taken from elsewhere, such as a backup: milliseconds since the Unix epoch. What
 * was told to clients since then elsewhere is not known here, so what tells one history from another is made anew.
 */
export const restores = table<number>('restores')
