/**
 * Rendezvous hashing: of the candidates, the one that weighs most for this key. When a candidate comes or goes, only the
 * keys that it gets or had move. `undefined` where there is none.
 */
export const heaviest = <T>(key: string, candidates: Iterable<T>, nameOf: (candidate: T) => string): T | undefined => {
  let best: { weight: number; candidate: T } | undefined
  for (const candidate of candidates) {
    const weight = hash(`${nameOf(candidate)}\0${key}`)
    if (!best || weight > best.weight) best = { weight, candidate }
  }
  return best?.candidate
}

/** FNV-1a with a final mix: its last bytes would otherwise weigh too little. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
