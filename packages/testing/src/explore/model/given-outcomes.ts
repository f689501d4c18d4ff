import type { Outcomes } from '../types-of.js'
import type { Outcome, OutcomesByActor } from './outcomes.js'

/** The outcomes that an author gives, each by itself: successes first. */
export const outcomesByActor = (given: Readonly<Record<string, Outcomes | undefined>>): OutcomesByActor =>
  new Map(Object.entries(given).map(([actor, outcomes = {}]) => [actor, each(actor, outcomes)]))

const each = (actor: string, { succeeds = [], fails = [], neverAnswers = false }: Outcomes): Outcome[] => [
  ...succeeds.map((output) => ({ actor, kind: 'succeeds' as const, output })),
  ...fails.map((error) => ({ actor, kind: 'fails' as const, error })),
  ...(neverAnswers ? [{ actor, kind: 'never answers' as const }] : []),
]
