import { Given, isList, isRecord, isText } from '../given.js'
import { type TargetKind, targetKinds } from '../machine/targets.js'

/**
 * What is counted of a bot, in percent of what there is.
 *
 * @example
 * const thresholds: Figures = { states: 100, transitions: 90 }
 * botCoverage({ thresholds })
 */
export interface Figures {
  /** States that were entered. */
  states?: number
  /** Transitions that were taken. */
  transitions?: number
  /** Answers of guards, two for each: true and false. */
  guards?: number
  /** Choices of questions that were made. */
  choices?: number
}

/**
 * How coverage is reported, and how much of it there has to be.
 *
 * @example
 * botCoverage({ bots: ['order-bot'], reports: ['text', 'html'], thresholds: { states: 100, transitions: 90 } })
 */
export interface CoverageOptions {
  /** `text` goes to the terminal, `json` and `html` into files. All three where not given. */
  reports?: readonly CoverageReport[]
  /** For the files; `bot-coverage` in the folder of the configuration where not given. It is no folder of vitest's own. */
  directory?: string
  /**
   * What each bot has to reach. Where one does not, the run fails, and says what was missed. A run of a part of the tests
   * is not measured by them.
   */
  thresholds?: Figures
  /**
   * Ids of the bots that are looked at. Where not given, all those that a test has run: of one that none has, nothing is
   * known unless it is named here, and then it is a failure.
   */
  bots?: readonly string[]
}

/**
 * A way to report.
 *
 * @example
 * const reports: CoverageReport[] = process.env.CI ? ['text', 'json'] : ['text', 'html']
 */
export type CoverageReport = 'text' | 'json' | 'html'

const allReports: readonly CoverageReport[] = ['text', 'json', 'html']

export type CheckedOptions = Required<Omit<CoverageOptions, 'bots'>> & Pick<CoverageOptions, 'bots'>

/** The names of figures are those of the kinds of targets, of which there are several. */
export const figureOf = (kind: TargetKind): keyof Figures => `${kind}s`

/** @throws TypeError naming the option that can't be used */
export const checked = (options: CoverageOptions): CheckedOptions => {
  const given = new Given('botCoverage')
  given.is(options, isRecord, 'botCoverage({ thresholds: { states: 100 } })')
  given.may(options, 'reports', isList(), "reports: ['text', 'html']")
  given.may(options, 'directory', isText, "the name of a folder, such as directory: 'bot-coverage'")
  given.may(options, 'bots', isList(isText), "the ids of bots, such as bots: ['order-bot']")
  const { reports = allReports, directory = 'bot-coverage', thresholds = {}, bots } = options
  for (const report of reports)
    if (!allReports.includes(report)) throw new TypeError(`reports: "${report}" is none of ${allReports.join(', ')}`)
  checkFigures('thresholds', thresholds)
  return { reports, directory, thresholds, ...(bots && { bots }) }
}

/** @throws TypeError naming the figure that is none */
export const checkFigures = (name: string, figures: Figures): void => {
  new Given(name).is(figures, isRecord, 'figures, such as { states: 100, transitions: 90 }')
  const known: readonly string[] = targetKinds.map(figureOf)
  for (const [figure, percent] of Object.entries(figures)) {
    if (!known.includes(figure)) throw new TypeError(`${name}: "${figure}" is none of ${known.join(', ')}`)
    if (!(percent >= 0 && percent <= 100))
      throw new TypeError(`${name}.${figure}: ${percent} is no number from 0 to 100`)
  }
}
