import { type Target, targetKinds } from '../../machine/targets.js'
import { type Counted, figuresOf, percentOf } from '../figures.js'
import { figureOf } from '../options.js'
import { type BotReport, placeText, type Reported } from './report.js'

/** A table as those of coverage of lines are, and below it what was never reached. */
export const textReport = (reports: readonly BotReport[]): string => {
  const rows = reports.flatMap(rowsOf)
  const missed = reports.flatMap(missedOf)
  return [...tableOf(rows), ...(missed.length > 0 ? ['', 'Never reached:', ...columns(missed)] : [])].join('\n')
}

const headers = ['Bot', '% States', '% Transitions', '% Guards', '% Choices', 'Uncovered Line #s']

const rowsOf = ({ bot, machines, reported }: BotReport): string[][] => {
  const ofMachine = (name: string) => reported.filter(({ target }) => target.machine === name)
  const inner = machines.length > 1 ? machines.map(({ name }) => rowOf(`  ${name}`, ofMachine(name))) : []
  return [rowOf(bot, reported), ...inner]
}

const rowOf = (name: string, reported: readonly Reported[]): string[] => {
  const figures = figuresOf(reported)
  const percents = targetKinds.map((kind) => {
    const figure = figures[figureOf(kind)]
    return figure.total === 0 ? '-' : String(percentOf(figure))
  })
  return [name, ...percents, linesOf(reported)]
}

/** Of what was never reached, the lines; with their files where there are several. */
const linesOf = (reported: readonly Reported[]): string => {
  const places = reported.flatMap(({ place, count }) => (count === 0 && place ? [place] : []))
  const files = [...new Set(places.map(({ file }) => file))].sort()
  const ofFile = (file: string) => {
    const lines = places.filter((place) => place.file === file).map(({ line }) => line)
    return [...new Set(lines)].sort((one, other) => one - other).join(',')
  }
  return files.map((file) => `${file}:${ofFile(file)}`).join(' ')
}

const tableOf = (rows: readonly string[][]): string[] => {
  const widths = headers.map((header, column) =>
    Math.max(header.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = widths.map((width) => '-'.repeat(width)).join('-|-')
  const written = (row: readonly string[]) =>
    row
      .map((cell, column) => (isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join(' | ')
      .trimEnd()
  return [line, written(headers), line, ...rows.map(written), line]
}

const isText = (column: number): boolean => column === 0 || column === headers.length - 1

const missedOf = ({ reported }: BotReport): [string, string][] =>
  reported
    .filter(({ count }) => count === 0)
    .sort(byPlace)
    .map(({ target, place }) => [placeText(place), described(target)])

const byPlace = ({ place: one }: Reported, { place: other }: Reported): number => {
  if (!one || !other) return one ? -1 : other ? 1 : 0
  return one.file === other.file ? one.line - other.line : one.file < other.file ? -1 : 1
}

/** Targets under their places, indented as far as the longest. */
const columns = (missed: readonly [string, string][]): string[] => {
  const width = Math.max(...missed.map(([place]) => place.length))
  return missed.map(([place, text]) => `  ${width === 0 ? '' : `${place.padEnd(width)}  `}${text}`)
}

/** A target for people: what it is, and its id. */
export const described = (target: Target): string => `${target.kind.padEnd('transition'.length)}  ${target.id}`

/** What a run has to say of targets that were missed, one a line. */
export const missedLines = (missed: readonly Target[], reported: readonly (Counted & Reported)[]): string[] => {
  const isMissed = new Set(missed.map(({ id }) => id))
  const lines = reported.filter(({ target }) => isMissed.has(target.id)).sort(byPlace)
  return columns(lines.map(({ target, place }) => [placeText(place), target.id]))
}
