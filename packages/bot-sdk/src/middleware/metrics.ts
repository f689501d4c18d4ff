/**
 * Metrics of a bot for Prometheus. Its own door, since it needs `prom-client`.
 *
 * @module
 */
import { Counter, Histogram, type Registry, register as shared } from 'prom-client'
import { type Outcome, type Report, reporting, type Stopwatch, stopwatch } from './outcome.js'
import type { Handled, Middleware, TurnContext } from './port.js'

/**
 * Where metrics are kept, and how finely durations are told apart.
 *
 * @example
 * import { metrics } from '@daakia/bot-sdk/metrics'
 * import { Registry } from 'prom-client'
 *
 * const register = new Registry()
 * connect(order, { url: 'mqtt://127.0.0.1:1883', use: [metrics({ register, buckets: [0.01, 0.1, 1, 10] })] })
 */
export interface MetricsOptions {
  /** Where the metrics are; the default one of `prom-client` without it. Several bots may share it. */
  register?: Registry
  /** Upper ends of the classes of durations, seconds. */
  buckets?: readonly number[]
  /** Milliseconds that count up; `performance.now` by default. */
  elapsed?: Stopwatch
}

/** From the least that a turn with a commit on the same machine takes to one that waits for a model's answer. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** After the third failure the server sets aside what failed, as a dead letter, where it is not told otherwise. */
const lastAttempt = 3

/**
 * Counts turns, messages and what became of them, as `daakia_bot_*`, with the bot's id as the label `bot`.
 *
 * @example
 * import { metrics } from '@daakia/bot-sdk/metrics'
 * import { createServer } from 'node:http'
 * import { register } from 'prom-client'
 *
 * connect(order, { url: 'mqtt://127.0.0.1:1883', use: [metrics()] })
 * createServer(async (_, response) => response.end(await register.metrics())).listen(9464)
 */
export function metrics(options: MetricsOptions = {}): Middleware {
  const { register = shared, elapsed = stopwatch } = options
  const meters = metersIn(register, options.buckets ?? buckets)
  return {
    name: 'metrics',
    turn: (turn, next) => reporting(turn, next, { elapsed, tell: (report) => count(meters, turn, report) }),
  }
}

type Meters = ReturnType<typeof metersIn>

function metersIn(register: Registry, buckets: readonly number[]) {
  const counter = <TLabel extends string>(name: string, help: string, ...labels: readonly TLabel[]) =>
    already<Counter<TLabel | 'bot'>>(register, name) ??
    new Counter({ name, help, labelNames: ['bot', ...labels], registers: [register] })
  const duration = 'daakia_bot_turn_duration_seconds'
  return {
    turns: counter('daakia_bot_turns_total', 'turns that ended, by what became of them', 'outcome'),
    runs: counter('daakia_bot_runs_total', 'turns, by where their run came from', 'run'),
    failures: counter(
      'daakia_bot_failures_total',
      'turns that failed, by which try it was; 3: or a later one',
      'attempt',
    ),
    heard: counter('daakia_bot_messages_heard_total', 'messages that were handled', 'type'),
    dropped: counter('daakia_bot_messages_dropped_total', 'messages that a middleware kept from the bot', 'type'),
    events: counter('daakia_bot_events_total', 'messages by the event as which the machine took them', 'event'),
    timers: counter('daakia_bot_timers_fired_total', 'timers that were handled'),
    told: counter('daakia_bot_failures_told_total', 'failures that the machine was told of, and took'),
    said: counter('daakia_bot_messages_said_total', 'messages that were said', 'type'),
    duration:
      already<Histogram<'bot'>>(register, duration) ??
      new Histogram({
        name: duration,
        help: 'from the beginning of a turn to the answer to its commit',
        labelNames: ['bot'],
        buckets: [...buckets],
        registers: [register],
      }),
  }
}

/** Of another bot on the same register. */
const already = <TMetric>(register: Registry, name: string): TMetric | undefined =>
  register.getSingleMetric(name) as TMetric | undefined

function count(meters: Meters, turn: TurnContext, { outcome, durationMs }: Report): void {
  const { bot, run, attempt } = turn
  meters.turns.inc({ bot, outcome })
  meters.runs.inc({ bot, run })
  meters.duration.observe({ bot }, durationMs / 1_000)
  if (outcome === 'failed') meters.failures.inc({ bot, attempt: Math.min(attempt, lastAttempt) })
  if (hasHappened(outcome)) for (const handled of turn.handled) countHandled(meters, bot, handled)
  for (const { type } of turn.said) meters.said.inc({ bot, type })
}

/** What was rolled back is counted when it is done. */
const hasHappened = (outcome: Outcome): boolean => outcome === 'committed'

function countHandled(meters: Meters, bot: string, handled: Handled): void {
  if (handled.kind === 'timer') meters.timers.inc({ bot })
  else if (handled.kind === 'failure') meters.told.inc({ bot })
  else countHeard(meters, bot, handled)
}

function countHeard({ heard, dropped, events }: Meters, bot: string, handled: Handled & { kind: 'message' }): void {
  const { message, event } = handled
  for (const { type } of message.burst ?? [message]) (handled.dropped ? dropped : heard).inc({ bot, type })
  if (event !== undefined) events.inc({ bot, event })
}
