import type { Collected, DrawnMachine } from './collected.js'
import type { Counted } from './figures.js'

/** Of one bot, what all tests have reached together. */
export interface BotCoverage {
  /** Its id; with a number where there are several bots of one id that are not the same. */
  bot: string
  machines: readonly DrawnMachine[]
  counted: readonly Counted[]
}

/**
 * Puts together what test files have reached. The same bot may have been loaded many times: it is the same where id and
 * targets are.
 */
export const merged = (all: readonly Collected[]): BotCoverage[] => {
  const alike = new Map<string, Collected[]>()
  for (const each of all) {
    const key = JSON.stringify([each.bot, each.targets])
    alike.set(key, [...(alike.get(key) ?? []), each])
  }
  const names = new Map<string, number>()
  return [...alike.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const before = names.get(first.bot) ?? 0
    names.set(first.bot, before + 1)
    const counted = first.targets.map((target) => ({
      target,
      count: sum(group.map(({ counts }) => counts[target.id])),
    }))
    return [{ bot: before === 0 ? first.bot : `${first.bot} (${before + 1})`, machines: first.machines, counted }]
  })
}

const sum = (counts: readonly (number | undefined)[]): number =>
  counts.reduce<number>((total, count) => total + (count ?? 0), 0)
