import { writeFile } from 'node:fs/promises'
import { describeFlood, flood } from './flood/index.js'
import { describeHistory, history } from './history/index.js'
import { describeMachine, type Machine, thisMachine } from './machine.js'
import { describeNodes, nodes } from './nodes/index.js'
import { type Options, parseOptions, UsageError, usage } from './options.js'
import { describePartitions, partitions } from './partitions/index.js'
import { type Peer, peers } from './peers/index.js'
import { pinnedCores, pinSelf } from './processes.js'
import { write } from './report/index.js'
import { type Scenario, scenarios } from './scenarios/index.js'
import { measure, type Outcome, type Sitting } from './sitting.js'
import { describeSoak, soak } from './soak/index.js'
import { describeSweep, sweep } from './sweep/index.js'
import { describeTests, tests } from './tests/index.js'
import { describeTurns, turns } from './turns/index.js'

const choices = { scenarios: [...new Set(scenarios.map(({ name }) => name))], peers: peers.map(({ name }) => name) }
const say = (text: string) => process.stderr.write(`${text}\n`)
const print = (text: string) => process.stdout.write(`${text}\n`)

/** As shells tell that a program ended by Ctrl-C. */
const interrupted = 130
const misused = 2

const main = async (options: Options, sitting: Sitting): Promise<void> => {
  const machine = thisMachine()
  say(describeMachine(machine))
  say(sitting.cores ? 'Server on one core, load on another.' : 'Servers and load share all cores.')
  await run[options.command](machine, options, sitting)
}

const runSoak = async (machine: Machine, { hours, json }: Options, sitting: Sitting): Promise<void> => {
  const result = await soak({ sitting, hours, say })
  if (json) await writeJson(json, { machine, result })
  print(describeSoak(result))
  process.exitCode = result.flat ? 0 : 1
}

const runFlood = async (machine: Machine, { json }: Options, sitting: Sitting): Promise<void> => {
  const results = await flood({ sitting, say })
  if (json) await writeJson(json, { machine, results })
  print(describeFlood(results))
}

const runTable = async (machine: Machine, options: Options, sitting: Sitting): Promise<void> => {
  const columns = peers.filter(({ name }) => options.peers.includes(name)).filter(isInstalled)
  const outcomes = await measureAll(options, columns, sitting)
  const report = { ...options, machine, outcomes, columns: columns.map(({ name, title }) => ({ name, title })) }
  if (options.json) await writeJson(options.json, { machine, outcomes })
  print(write(report, options))
}

const writeJson = (file: string, value: unknown) => writeFile(file, `${JSON.stringify(value, undefined, 2)}\n`)

const runHistory = async (machine: Machine, { messages, json }: Options, sitting: Sitting): Promise<void> => {
  const result = await history({ sitting, messages, say })
  if (json) await writeJson(json, { machine, result })
  print(describeHistory(result))
}

const runTurns = async (machine: Machine, { json }: Options, sitting: Sitting): Promise<void> => {
  const result = await turns({ sitting, say })
  if (json) await writeJson(json, { machine, result })
  print(describeTurns(result))
}

const runTests = async (machine: Machine, { json }: Options, sitting: Sitting): Promise<void> => {
  const result = await tests({ sitting, say })
  if (json) await writeJson(json, { machine, result })
  print(describeTests(result))
}

const runSweep = async (machine: Machine, { json }: Options, sitting: Sitting): Promise<void> => {
  const results = await sweep({ sitting, say })
  if (json) await writeJson(json, { machine, results })
  print(describeSweep(results))
}

const runPartitions = async (machine: Machine, { json, rounds }: Options, sitting: Sitting): Promise<void> => {
  const result = await partitions({ sitting, rounds, say })
  if (json) await writeJson(json, { machine, result })
  print(describePartitions(result))
}

const runNodes = async (machine: Machine, { json, rounds }: Options, sitting: Sitting): Promise<void> => {
  const result = await nodes({ sitting, rounds, say })
  if (json) await writeJson(json, { machine, result })
  print(describeNodes(result))
}

const run = {
  soak: runSoak,
  flood: runFlood,
  history: runHistory,
  turns: runTurns,
  tests: runTests,
  sweep: runSweep,
  partitions: runPartitions,
  nodes: runNodes,
  table: runTable,
}

/** What vitest runs has all cores, as where people run it. */
const byVitest: readonly Options['command'][] = ['tests', 'sweep']

const isInstalled = (peer: Peer): boolean => {
  const installed = peer.version() !== undefined
  if (!installed) say(`${peer.title} is not installed: it is left out.`)
  return installed
}

/** Peers within scenarios: what disturbs the machine for a while disturbs a whole row. */
const measureAll = async (options: Options, columns: readonly Peer[], sitting: Sitting): Promise<Outcome[]> => {
  const outcomes: Outcome[] = []
  for (let round = 1; round <= options.rounds; round++)
    for (const scenario of scenarios.filter(({ name }) => options.only.includes(name)))
      for (const peer of columns.filter((peer) => isAble(peer, scenario))) {
        const outcome = await measure(scenario, peer, sitting)
        say(progress(outcome))
        outcomes.push(outcome)
      }
  return outcomes
}

const isAble = ({ abilities }: Peer, { needs }: Scenario): boolean => needs.every((need) => abilities.includes(need))

const progress = ({ scenario, peer, readings, problem }: Outcome): string => {
  const figures = readings.map(({ value, unit, notes = [] }) =>
    [`${value.toPrecision(4)} ${unit}`, ...notes].join(', '),
  )
  return `${scenario}, ${peer}: ${problem ?? figures.join('; ')}`
}

/** Rejects what is under way, so that servers are stopped and folders removed. */
const abortOnSignal = (): AbortSignal => {
  const abort = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort(new Error(signal)))
  return abort.signal
}

const aborted = abortOnSignal()
try {
  const options = parseOptions(process.argv.slice(2), choices)
  if (options.help) print(usage(choices))
  else {
    const cores = options.allCores || byVitest.includes(options.command) ? undefined : pinnedCores()
    if (cores) pinSelf(cores.load)
    await main(options, { cores, seconds: options.seconds, profile: options.profile, aborted })
  }
} catch (error) {
  if (!aborted.aborted && !(error instanceof UsageError)) throw error
  say(aborted.aborted ? 'Stopped.' : (error as Error).message)
  process.exit(aborted.aborted ? interrupted : misused)
}
