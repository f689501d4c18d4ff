import type { Random } from '@daakia/protocol'

/** The same numbers each time: a linear congruential generator. */
export const seededRandom = (seed = 1): Random => {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
