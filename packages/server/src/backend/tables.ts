import { table } from '../kv/port.js'

/** [0] to the epoch of the last start: fences of a later start are higher. */
export const epochs = table<number>('lease-epoch')
