import { type Figure, figuresOf, percentOf } from '../figures.js'
import type { BotReport } from './report.js'

/** Of the form of the file: another one where what is there means something else, or is gone. */
const version = 1

/** What was reached, for programs. The form is told in `docs/reference/bot-coverage.md`. */
export const jsonReport = (reports: readonly BotReport[]): string =>
  `${JSON.stringify({ version, bots: reports.map(botOf) }, undefined, 2)}\n`

const botOf = ({ bot, machines, reported }: BotReport) => ({
  bot,
  totals: totalsOf(reported),
  machines: machines.map(({ name }) => ({
    name,
    totals: totalsOf(reported.filter(({ target }) => target.machine === name)),
  })),
  targets: reported.map(({ target, count, place }) => ({ ...target, count, ...place })),
})

const totalsOf = (reported: BotReport['reported']) =>
  Object.fromEntries(Object.entries(figuresOf(reported)).map(([name, figure]) => [name, withPercent(figure)]))

const withPercent = (figure: Figure) => ({ ...figure, percent: percentOf(figure) })
