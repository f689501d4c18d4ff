import { causeOf } from '../turn/give-up.js'
import type { BotLog } from '../turn/port.js'
import { type Report, reporting, type Stopwatch, stopwatch } from './outcome.js'
import type { Handled, Middleware, Trigger, TurnContext } from './port.js'

/**
 * Where {@link logging} writes its lines, and what is in them.
 *
 * @example
 * const options: LoggingOptions = { log: pino(), texts: process.env.NODE_ENV === 'development' }
 * connect(order, { url: 'mqtt://127.0.0.1:1883', use: [logging(options)] })
 */
export interface LoggingOptions {
  /** Pino, or a log of its shape. */
  log: BotLog
  /** Whether lines have what people and the bot say, too. They don't by default: a log is read by others. */
  texts?: boolean
  /** Milliseconds that count up; `performance.now` by default. */
  elapsed?: Stopwatch
}

/**
 * Writes a line for each turn: where it was, which try, what was handled, how much was said, how long it took. One that
 * failed, or whose state did not fit, is a warning with its cause.
 *
 * @example
 * connect(order, { url: 'mqtt://127.0.0.1:1883', use: [logging({ log: pino() })] })
 */
export function logging({ log, texts = false, elapsed = stopwatch }: LoggingOptions): Middleware {
  return {
    name: 'logging',
    turn: (turn, next) => {
      const tell = (report: Report) => write(log, report, lineOf(turn, report, { texts }))
      return reporting(turn, next, { elapsed, tell })
    },
  }
}

function write(log: BotLog, { outcome, error }: Report, line: Readonly<Record<string, unknown>>): void {
  if (outcome === 'failed' || outcome === 'parked') log.warn({ ...line, cause: causeOf(error) }, `Turn ${outcome}`)
  else log.info(line, `Turn ${outcome}`)
}

function lineOf(turn: TurnContext, { durationMs }: Report, { texts }: { texts: boolean }) {
  const { bot, conversation, revision, attempt, run } = turn
  return {
    ...{ bot, conversation, revision, attempt, run },
    // Of a turn that failed at its very beginning, what it was about.
    ...(turn.handled.length === 0 && turn.trigger && { trigger: triggerOf(turn.trigger) }),
    handled: turn.handled.map((handled) => handledOf(handled, { texts })),
    said: turn.said.length,
    ...(texts && { texts: turn.said.flatMap((message) => (message.type === 'text' ? message.body.text : [])) }),
    durationMs: Math.round(durationMs * 100) / 100,
  }
}

const triggerOf = (trigger: Trigger) => (trigger.kind === 'message' ? { seq: trigger.message.seq } : otherOf(trigger))

const otherOf = (other: Exclude<Trigger, { kind: 'message' }>) =>
  other.kind === 'timer' ? { timer: other.timer.id } : { failed: other.failure.cause }

function handledOf(handled: Handled, { texts }: { texts: boolean }) {
  if (handled.kind !== 'message') return otherOf(handled)
  const { message, event, dropped } = handled
  const { seq, from, type, text, burst } = message
  return {
    ...{ seq, from, type },
    ...(burst && { burst: burst.length }),
    ...(event !== undefined && { event }),
    ...(dropped && { dropped }),
    ...(texts && { text }),
  }
}
