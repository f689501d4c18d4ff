import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check, plan } from './checker.js'
import type { Header, HistoryEvent } from './history/event.js'
import { NoHistory, readHistory } from './history/read-history.js'
import { commandFor, type Options, parseOptions, UsageError, usage } from './options.js'
import type { Plan } from './plan/plan.js'
import { describe, judge } from './report/verdict.js'
import { toldShards } from './rig/ground/index.js'

const say = (text: string) => process.stderr.write(`${text}\n`)
const print = (text: string) => process.stdout.write(`${text}\n`)

/** As shells tell that a program ended by Ctrl-C. */
const interrupted = 130
const misused = 2

const leaseMs = 1_500
/** A clock that was set back keeps a timer waiting so long at most, and what failed is tried again after a while. */
const patienceMs = 60_000

const program = (name: string) => fileURLToPath(new URL(`./programs/${name}.js`, import.meta.url))
const programs = { server: program('server'), bot: program('bot') }

/** Answers whether nothing was broken. */
const main = async (options: Options, aborted: AbortSignal): Promise<boolean> => {
  if (options.check !== undefined) return checkSaved(options.check)
  const planned = plan(options)
  if (options.planOnly) printPlan(planned)
  return options.planOnly || play(options, planned, aborted)
}

const printPlan = ({ ops, faults }: Plan): void => {
  const said = ops.map(({ atMs, text }) => `${atMs} ${text}`)
  const broken = faults.map(({ atMs, lastsMs, fault }) => `${atMs} ${JSON.stringify(fault)} for ${lastsMs} ms`)
  print([...said, ...broken].join('\n'))
}

const play = async (options: Options, planned: Plan, aborted: AbortSignal): Promise<boolean> => {
  const folder = await emptyFolder(options.folder)
  const command = commandFor(options)
  say(
    `${command}\nplan ${planned.digest}: ${planned.ops.length} operations, ${planned.faults.length} faults; in ${folder}`,
  )
  const parts = { plan: planned, options, command, folder, programs, leaseMs, patienceMs, progress: say, aborted }
  const checked = await check(parts)
  const clean = checked.error === undefined && checked.broken.length === 0
  if (options.folder === undefined && (clean || aborted.aborted))
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  if (aborted.aborted) throw aborted.reason
  print(describe(checked))
  if (checked.error) print(`The run came to no end: ${checked.error.stack}`)
  if (!clean) print(`Play it again:  ${command}\nCheck it again: npm run checker -- --check ${checked.history}`)
  return clean
}

const checkSaved = async (path: string): Promise<boolean> => {
  const { header, events } = await readHistory(path)
  const verdict = judge([...events, ...untold(header, events)], header.areas)
  print(`${header.command}\nplan ${header.plan}\n\n${describe(verdict)}`)
  return verdict.broken.length === 0 && verdict.story.whole
}

/** Histories of a Cluster that waits for its replicas once told that by the command alone. */
const untold = ({ command }: Header, events: readonly HistoryEvent[]): readonly HistoryEvent[] => {
  if (!command.includes('--redis cluster') || events.some(({ what }) => what === 'shards')) return []
  const [, partitions] = /--partitions (\d+)/.exec(command) ?? []
  const shards = toldShards({ replicas: 1, partitions: partitions === undefined ? undefined : Number(partitions) })
  return [{ n: events.length, ms: events.at(-1)?.ms ?? 0, who: 'checker', ...shards }]
}

const emptyFolder = async (given: string | undefined): Promise<string> => {
  if (given === undefined) return mkdtemp(join(tmpdir(), 'daakia-checker-'))
  const folder = resolve(given)
  await mkdir(folder, { recursive: true })
  if ((await readdir(folder)).length > 0) throw new UsageError(`--folder ${given} is not empty: give another one`)
  return folder
}

/** Ends what is under way, so that processes are stopped and folders removed. */
const abortOnSignal = (): AbortSignal => {
  const abort = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort(new Error(signal)))
  return abort.signal
}

/**
 * Without waiting for what is left open: Node 20 may go round for ever at its end, where it closes sockets that were reset
 * (`resetAndDestroy`), as those of broken lines are.
 */
const leave = (): void => {
  process.stdout.write('', () => process.exit())
}

const aborted = abortOnSignal()
try {
  const options = parseOptions(process.argv.slice(2))
  if (options.help) print(usage)
  else process.exitCode = (await main(options, aborted)) ? 0 : 1
} catch (error) {
  const known =
    error instanceof UsageError || error instanceof NoHistory || (error as { code?: string }).code === 'ENOENT'
  if (!aborted.aborted && !known) throw error
  say(aborted.aborted ? 'Stopped.' : (error as Error).message)
  process.exitCode = aborted.aborted ? interrupted : misused
}
leave()
