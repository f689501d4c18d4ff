import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Sitting } from '../sitting.js'
import type { TestFiles } from './scenario-files.js'

/** Where packages are found as by a user's tests: as they were built. */
const place = fileURLToPath(new URL('../.daakia/', import.meta.url))
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')

/** The part of vitest's JSON report that is read. */
interface Report {
  success: boolean
  testResults: { startTime: number; endTime: number; message: string }[]
}

export interface VitestRun {
  seconds: number
  secondsInAll: number
}

/** Has vitest run these files in a folder of their own. @throws Error where a test fails */
export const runVitest = async (files: TestFiles, { aborted }: Sitting): Promise<VitestRun> => {
  await mkdir(place, { recursive: true })
  const folder = await mkdtemp(join(place, 'tests-'))
  try {
    // So that none further up is taken: it would lead to the sources.
    await writeFile(join(folder, 'vitest.config.js'), 'export default {}\n')
    for (const [name, text] of files) await writeFile(join(folder, name), text)
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
    return { seconds: secondsOf(report), secondsInAll }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const readReport = async (folder: string): Promise<Report> =>
  JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Report

const secondsOf = ({ testResults }: Report): number => {
  const starts = testResults.map(({ startTime }) => startTime)
  const ends = testResults.map(({ endTime }) => endTime)
  return (Math.max(...ends) - Math.min(...starts)) / 1_000
}
