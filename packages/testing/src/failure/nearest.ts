import type { Message } from '@daakia/client-sdk'
import { fits, namesOf } from '../scene/fits.js'

/** Texts that have less in common are not alike. */
const leastAlike = 0.5

/** Of these messages, the one that is most like what was expected; the first of several. `undefined` where none is. */
export const nearestTo = (expected: string | RegExp, messages: readonly Message[]): Message | undefined => {
  const fitting = messages.find((message) => fits(message, expected))
  if (fitting || typeof expected !== 'string') return fitting
  const scores = messages.map((message) => ({
    message,
    score: Math.max(...namesOf(message).map((name) => likeness(expected, name))),
  }))
  const best = scores.reduce<(typeof scores)[number] | undefined>(
    (most, each) => (each.score > (most?.score ?? 0) ? each : most),
    undefined,
  )
  return best && best.score >= leastAlike ? best.message : undefined
}

/** 0 to 1: how many of all pairs of neighbouring characters two texts share (Dice's coefficient). */
const likeness = (one: string, other: string): number => {
  const pairs = pairsOf(one)
  const others = pairsOf(other)
  const all = pairs.length + others.length
  const counts = new Map<string, number>()
  for (const pair of others) counts.set(pair, (counts.get(pair) ?? 0) + 1)
  const shared = pairs.filter((pair) => {
    const left = counts.get(pair) ?? 0
    counts.set(pair, left - 1)
    return left > 0
  })
  return all === 0 ? 0 : (2 * shared.length) / all
}

/** Longer texts are compared by their beginning. */
const mostCompared = 500

const pairsOf = (text: string): string[] => {
  const compared = text.slice(0, mostCompared).toLowerCase()
  return Array.from({ length: Math.max(0, compared.length - 1) }, (_, at) => compared.slice(at, at + 2))
}
