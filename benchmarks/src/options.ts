import { parseArgs } from 'node:util'

export interface Options {
  /**
   * `table` measures the scenarios; `soak` looks for memory that grows; `flood` for what one client does to others;
   * `history` for what many messages cost; `turns` for what a turn takes where; `tests` for how long tests of a bot take,
   * `sweep` for how long a crash sweep does; `partitions` for what a message costs over Redis, and
   * `nodes` for what it costs servers of several nodes.
   */
  command: 'table' | 'soak' | 'flood' | 'history' | 'turns' | 'tests' | 'sweep' | 'partitions' | 'nodes'
  /** Names of scenarios, in the order of the table. */
  only: readonly string[]
  /** Names of peers, in the order of the table. */
  peers: readonly string[]
  /** How long each figure is measured. */
  seconds: number
  /** How often everything is measured; the median counts. */
  rounds: number
  /** How many hours' worth of messages a soak sends. */
  hours: number
  /** How many messages there are before a history is measured. */
  messages: number
  /** Where the readings are written as JSON. */
  json: string | undefined
  /** Folder for CPU profiles of the servers that run on Node. */
  profile: string | undefined
  /** The server may use all cores, beside the load. */
  allCores: boolean
  markdown: boolean
  help: boolean
}

/** Tells a user what is wrong with the command line. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** What may be chosen. */
export interface Choices {
  scenarios: readonly string[]
  peers: readonly string[]
}

const defaults = { seconds: 2, floodSeconds: 60, rounds: 1, hours: 8, messages: 10_000_000 }

/** @throws UsageError */
export const parseOptions = (args: readonly string[], { scenarios, peers }: Choices): Options => {
  const { values, positionals } = parse(args)
  const command = commandOf(positionals)
  return {
    command,
    only: chosen('--only', values.only, scenarios),
    peers: chosen('--peers', values.peers, peers),
    seconds: positive('--seconds', values.seconds, command === 'flood' ? defaults.floodSeconds : defaults.seconds),
    rounds: Math.ceil(positive('--rounds', values.rounds, defaults.rounds)),
    hours: positive('--hours', values.hours, defaults.hours),
    messages: Math.ceil(positive('--messages', values.messages, defaults.messages)),
    json: values.json,
    profile: values.profile,
    allCores: values['all-cores'] ?? false,
    markdown: values.markdown ?? false,
    help: values.help ?? false,
  }
}

export const usage = ({
  scenarios,
  peers,
}: Choices): string => `Usage: npm run bench -- [soak | flood | history | turns | tests | sweep | partitions | nodes] [options]

Measures Daakia and the servers beside it that are installed, each on one core and the load on another.

  soak               sends eight hours' worth of messages to Daakia within minutes, and tells whether memory grows
  flood              floods Daakia for a minute, and tells what that does to its memory and to other clients
  history            writes ten million messages, and tells what that costs a message, an inbox and a start
  turns              tells what a bot's turn takes: in the engine, on the wire, in the server
  tests              tells how long tests of a bot take, on all cores
  sweep              tells how long it takes to kill bot and server at each point of twelve turns, on all cores
  partitions         tells what a conversation message costs over Redis, by the number of partitions
  nodes              tells what one costs servers of one node to eight
  --only NAMES       these scenarios, separated by commas:
                     ${wrapped(scenarios)}
  --peers NAMES      these servers:
                     ${wrapped(peers)}
  --seconds N        how long each figure is measured (${defaults.seconds}), or each flood lasts (${defaults.floodSeconds})
  --rounds N         how often everything is measured; the median counts (${defaults.rounds})
  --hours N          how many hours' worth of messages a soak sends (${defaults.hours})
  --messages N       how many messages a history has (${defaults.messages.toLocaleString('en-US')})
  --json FILE        writes the readings there
  --profile FOLDER   writes CPU profiles of the servers that run on Node there
  --all-cores        pins nothing: servers and load share all cores
  --markdown         prints the table as Markdown
  --help             prints this`

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        only: { type: 'string' },
        peers: { type: 'string' },
        seconds: { type: 'string' },
        rounds: { type: 'string' },
        hours: { type: 'string' },
        messages: { type: 'string' },
        json: { type: 'string' },
        profile: { type: 'string' },
        'all-cores': { type: 'boolean' },
        markdown: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

const commandOf = (positionals: readonly string[]): Options['command'] => {
  const [command = 'table', ...more] = positionals
  if (more.length > 0 || !isCommand(command))
    throw new UsageError(
      `The commands are soak, flood, history, turns, tests, sweep, partitions and nodes, not ${positionals.join(' ')}`,
    )
  return command
}

const isCommand = (name: string): name is Options['command'] =>
  ['table', 'soak', 'flood', 'history', 'turns', 'tests', 'sweep', 'partitions', 'nodes'].includes(name)

const chosen = (flag: string, value: string | undefined, choices: readonly string[]): readonly string[] => {
  if (value === undefined) return choices
  const names = value.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !choices.includes(name))
  if (unknown !== undefined) throw new UsageError(`${flag} takes ${choices.join(', ')}, not ${unknown}`)
  return choices.filter((choice) => names.includes(choice))
}

const positive = (flag: string, value: string | undefined, fallback: number): number => {
  if (value === undefined) return fallback
  const number = Number(value)
  if (!(number > 0 && number < Number.POSITIVE_INFINITY))
    throw new UsageError(`${flag} takes a number above 0, not ${value}`)
  return number
}

const namesPerLine = 6

const wrapped = (names: readonly string[]): string => {
  const lines: string[] = []
  for (let at = 0; at < names.length; at += namesPerLine) lines.push(names.slice(at, at + namesPerLine).join(', '))
  return lines.join(',\n                     ')
}
