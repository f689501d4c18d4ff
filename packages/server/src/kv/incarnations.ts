import { table } from './port.js'

/**
 * [0], in each partition, to how often that was found to have gone back to an earlier moment, and to a number of at most 15
 * digits that was made for it then: positions on what it has are of another epoch. Absent where it never was.
 */
export const incarnations = table<readonly [count: number, epoch: number]>('incarnations', { hot: true })
