import { type Target, type TargetKind, targetKinds } from '../machine/targets.js'
import { type Figures, figureOf } from './options.js'

/** How many there are, and how many were reached. */
export interface Figure {
  reached: number
  total: number
}

/** A target, and whether it was reached. */
export interface Counted {
  target: Target
  count: number
}

export const figuresOf = (counted: readonly Counted[]): Record<keyof Figures, Figure> => ({
  states: figureFor('state', counted),
  transitions: figureFor('transition', counted),
  guards: figureFor('guard', counted),
  choices: figureFor('choice', counted),
})

const figureFor = (kind: TargetKind, counted: readonly Counted[]): Figure => {
  const ofKind = counted.filter(({ target }) => target.kind === kind)
  return { reached: ofKind.filter(({ count }) => count > 0).length, total: ofKind.length }
}

/** Rounded down to two places, so that only all of it is 100; of nothing, all was reached. */
export const percentOf = ({ reached, total }: Figure): number =>
  total === 0 ? 100 : Math.floor((reached / total) * 10_000) / 100

/** A figure that is below what it has to be, with what was missed. */
export interface Shortfall {
  figure: keyof Figures
  percent: number
  threshold: number
  missed: readonly Target[]
}

/** Where figures are below what they have to be. */
export const shortfallsOf = (counted: readonly Counted[], thresholds: Figures): Shortfall[] => {
  const figures = figuresOf(counted)
  return targetKinds.flatMap((kind) => {
    const figure = figureOf(kind)
    const threshold = thresholds[figure] ?? 0
    const percent = percentOf(figures[figure])
    if (percent >= threshold) return []
    const missed = counted.flatMap(({ target, count }) => (target.kind === kind && count === 0 ? [target] : []))
    return [{ figure, percent, threshold, missed }]
  })
}
