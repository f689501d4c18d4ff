import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import type { Reporter, TestModule, Vitest } from 'vitest/node'
import { type Collected, metaKey } from './collected.js'
import { failuresOf } from './failing.js'
import { type BotCoverage, merged } from './merged.js'
import type { CheckedOptions } from './options.js'
import { jsonReport } from './reports/json.js'
import type { BotReport } from './reports/report.js'
import { textReport } from './reports/text.js'
import { placesOf } from './source/places.js'
import { readSources } from './source/read-sources.js'

/** Reports of bots, at the end of a run of vitest. */
export class CoverageReporter implements Reporter {
  readonly #options: CheckedOptions
  readonly #vitest: Vitest

  constructor(vitest: Vitest, options: CheckedOptions) {
    this.#vitest = vitest
    this.#options = options
  }

  async onTestRunEnd(_: readonly TestModule[], __: readonly unknown[], reason: string): Promise<void> {
    if (reason === 'interrupted') return
    // In watch mode, those that did not run again have what they had.
    const modules = this.#vitest.state.getTestModules()
    const reports = await this.#reportsOf(modules)
    if (reports.length > 0) await this.#write(reports)
    if (reason === 'passed') await this.#judge(modules, reports)
  }

  async #reportsOf(modules: readonly TestModule[]): Promise<BotReport[]> {
    const { bots } = this.#options
    const collected = modules.flatMap((module) => collectedBy(module)).filter(({ bot }) => bots?.includes(bot) ?? true)
    if (collected.length === 0) return []
    const files = new Set(
      modules.flatMap(({ viteEnvironment }) => [...(viteEnvironment?.moduleGraph.fileToModulesMap.keys() ?? [])]),
    )
    const written = await readSources(files)
    return merged(collected).map((bot) => this.#reportOf(bot, placesOf(bot, written)))
  }

  #reportOf({ bot, machines, counted }: BotCoverage, places: ReturnType<typeof placesOf>): BotReport {
    const reported = counted.map((each) => {
      const place = places.get(each.target.id)
      return { ...each, ...(place && { place: { ...place, file: relative(this.#root, place.file) } }) }
    })
    return { bot, machines, reported }
  }

  get #root(): string {
    return this.#vitest.config.root
  }

  async #write(reports: readonly BotReport[]): Promise<void> {
    const { reports: wanted, directory } = this.#options
    const folder = resolve(this.#root, directory)
    if (wanted.includes('text')) this.#vitest.logger.log(`\n${textReport(reports)}\n`)
    if (wanted.includes('json') || wanted.includes('html')) await mkdir(folder, { recursive: true })
    if (wanted.includes('json')) await writeFile(join(folder, 'bot-coverage.json'), jsonReport(reports))
    if (!wanted.includes('html')) return
    const { htmlReport } = await import('./reports/html/html.js')
    for (const report of reports) await writeFile(join(folder, `${report.bot}.html`), await htmlReport(report))
  }

  async #judge(modules: readonly TestModule[], reports: readonly BotReport[]): Promise<void> {
    const { logger, config } = this.#vitest
    const failures = failuresOf(reports, this.#options)
    if (failures.length === 0) return
    if (await this.#isPart(modules)) {
      logger.log('Coverage of bots: only a part of the tests ran, so thresholds were not looked at.\n')
      return
    }
    logger.error(`Coverage of bots is too low:\n\n${failures.join('\n\n')}\n`)
    if (!config.watch) process.exitCode = 1
  }

  /** Whether there are tests that this run left out. */
  async #isPart(modules: readonly TestModule[]): Promise<boolean> {
    if (this.#vitest.config.testNamePattern) return true
    const ran = new Set(modules.map(({ moduleId }) => moduleId))
    const all = await this.#vitest.globTestSpecifications()
    return all.some(({ moduleId }) => !ran.has(moduleId))
  }
}

const collectedBy = (module: TestModule): readonly Collected[] =>
  (module.meta() as { [metaKey]?: readonly Collected[] })[metaKey] ?? []
