import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Sitting } from '../sitting.js'
import { type ProjectFiles, withProject } from './project.js'

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')

/** The part of vitest's JSON report that is read. */
interface Report {
  success: boolean
  testResults: { startTime: number; endTime: number; message: string; assertionResults: Assertion[] }[]
}

interface Assertion {
  title: string
  duration?: number
}

export interface VitestRun {
  /** From the first test to the end of the last one. */
  seconds: number
  /** With the start of vitest and of its workers. */
  secondsInAll: number
  /** Of each test, by its title. */
  secondsOf: ReadonlyMap<string, number>
}

/** That of a new project, for the tests of one; none further up is taken, which would lead to the sources. */
const configuration = new Map([['vitest.config.ts', 'packages/create-daakia-bot/templates/bot/vitest.config.ts']])

/** Has vitest run the tests of a project. @throws Error where a test fails */
export const runVitest = ({ written, copied }: ProjectFiles, { aborted }: Sitting): Promise<VitestRun> =>
  withProject({ written, copied: new Map([...configuration, ...copied]) }, async (folder) => {
    const words = ['run', '--root', folder, '--reporter', 'json', '--outputFile', 'report.json']
    const from = performance.now()
    const failed = await promisify(execFile)(process.execPath, [vitest, ...words], { signal: aborted }).then(
      () => undefined,
      (error: Error) => error,
    )
    const secondsInAll = (performance.now() - from) / 1_000
    const report = await readReport(folder).catch(() => Promise.reject(failed))
    const failure = report.testResults.find(({ message }) => message)
    if (!report.success) throw new Error(`A test failed: ${failure?.message}`)
    return { seconds: secondsOf(report), secondsInAll, secondsOf: secondsOfTests(report) }
  })

const readReport = async (folder: string): Promise<Report> =>
  JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Report

const secondsOf = ({ testResults }: Report): number => {
  const starts = testResults.map(({ startTime }) => startTime)
  const ends = testResults.map(({ endTime }) => endTime)
  return (Math.max(...ends) - Math.min(...starts)) / 1_000
}

const secondsOfTests = ({ testResults }: Report): Map<string, number> =>
  new Map(
    testResults.flatMap(({ assertionResults }) =>
      assertionResults.map(({ title, duration = 0 }) => [title, duration / 1_000] as const),
    ),
  )
