import { textTable } from '../report/text.js'
import type { Served } from './across-processes.js'

/** Microseconds of processor time of a turn in one process, each with what the one before takes. */
export interface Costs {
  xstate: number
  engine: number
  bot: number
}

export interface TurnsResult {
  /** The run stayed in memory, or was restored for the turn. */
  hot: Costs
  cold: Costs
  /** Memory that a run takes while it waits for its next turn. */
  bytes: number
  /** Served by a bot without an engine, and by one with it. */
  echo: Served
  machine: Served
  /** Beside it, with more room for new objects than Node gives by itself. */
  roomy: Served
}

export const describeTurns = ({ hot, cold, bytes, echo, machine, roomy }: TurnsResult): string =>
  [
    'A turn in one process, without a connection: a context of 1 KB, an open question as a child. Medians of processor time, µs.',
    textTable({
      head: ['', 'hot', 'more than XState', 'cold', 'more than XState'],
      body: [
        ['XState alone: send, persist, write JSON', ...costs('xstate', hot, cold)],
        ['the engine', ...costs('engine', hot, cold)],
        ['all that a bot does, from lease to commit', ...costs('bot', hot, cold)],
      ],
      notes: [],
    }),
    `A conversation that stays in memory between its turns: ${(bytes / 1024).toFixed(1)} KiB.`,
    'A turn over MQTT, 100 people at once. Processor time, and the turns that one core would have time for.',
    textTable({
      head: ['', 'turns/s', 'bot, µs', 'on one core', 'server, µs', 'on one core'],
      body: [
        ['a bot of one word, without engine or state: the wire', ...servedCells(echo)],
        ['the same conversation as above', ...servedCells(machine)],
        ['and with --max-semi-space-size=64', ...servedCells(roomy)],
      ],
      notes: [],
    }),
  ].join('\n\n')

const costs = (part: keyof Costs, hot: Costs, cold: Costs): string[] =>
  [hot, cold].flatMap((costs) => [
    micros(costs[part]),
    part === 'xstate' ? '' : `+${micros(costs[part] - costs.xstate)}`,
  ])

const servedCells = ({ perSecond, botMicros, serverMicros }: Served): string[] => [
  count(perSecond),
  ...[botMicros, serverMicros].flatMap((each) => [micros(each), count(1e6 / each)]),
]

const micros = (value: number): string => (Number.isFinite(value) ? value.toFixed(1) : '–')
const count = (value: number): string => (Number.isFinite(value) ? Math.round(value).toLocaleString('en-US') : '–')
