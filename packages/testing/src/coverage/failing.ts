import { shortfallsOf } from './figures.js'
import type { CheckedOptions } from './options.js'
import type { BotReport } from './reports/report.js'
import { missedLines } from './reports/text.js'

/** Why a run fails; empty where it does not. */
export const failuresOf = (reports: readonly BotReport[], { bots = [], thresholds }: CheckedOptions): string[] => [
  ...bots.filter((bot) => !reports.some((report) => report.bot === bot)).map(neverRun),
  ...reports.flatMap(({ bot, reported }) =>
    shortfallsOf(reported, thresholds).map(({ figure, percent, threshold, missed }) =>
      [
        `${bot} has ${percent} % of its ${figure} covered, and has to have ${threshold} %. Never reached:`,
        ...missedLines(missed, reported),
      ].join('\n'),
    ),
  ),
]

const neverRun = (bot: string): string => `No test has run ${bot}, which botCoverage names under \`bots\``
