import { OptionsError } from '../errors.js'

/** How a node leaves the others; times in milliseconds. */
export interface DrainTerms {
  /** So long it is only said, by `/readyz` and to those who connect, that it leaves: load balancers find out meanwhile. */
  noticeMs: number
  /** So long bots and services have to finish what they have in hand. */
  turnsMs: number
  /** Its clients are sent to the other nodes over so long; few of them sooner, at a hundred a second. */
  spreadMs: number
}

export const defaultDrain: DrainTerms = { noticeMs: 2_000, turnsMs: 10_000, spreadMs: 10_000 }

/** @throws OptionsError */
export const checkDrain = (terms: DrainTerms): void => {
  for (const name of ['noticeMs', 'turnsMs', 'spreadMs'] as const)
    if (!(terms[name] >= 0 && Number.isFinite(terms[name])))
      throw new OptionsError(`drain.${name}`, `drain.${name} must be a number, and not negative`)
}
