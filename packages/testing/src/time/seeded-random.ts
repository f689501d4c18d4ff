import type { Random } from '@daakia/protocol'

/** Numbers in [0, 1) that are the same for the same seed: Weyl's sequence, mixed by the finaliser of MurmurHash3. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let bits = state
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32
  }
}

/** A seed for each name, so that what one draws changes nothing of what another one does. */
export const seedFor = (seed: number, name: string): number => {
  let hash = seed >>> 0
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193) >>> 0
  return hash
}
