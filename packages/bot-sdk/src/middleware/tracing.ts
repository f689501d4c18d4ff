/**
 * Traces of a bot by OpenTelemetry. Its own door, since it needs `@opentelemetry/api`.
 *
 * @module
 */
import {
  type Attributes,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { contextKey } from './context-key.js'
import type { Handled, Middleware, TurnContext } from './port.js'
import { readTraceparent, writeTraceparent } from './traceparent.js'

/**
 * Whose spans {@link tracing} makes.
 *
 * @example
 * import { tracing } from '@daakia/bot-sdk/tracing'
 * import { trace } from '@opentelemetry/api'
 *
 * const tracer = trace.getTracer('order-bot', '1.2.0')
 * connect(order, { url: 'mqtt://127.0.0.1:1883', use: [tracing({ tracer })] })
 */
export interface TracingOptions {
  /** The one of the global provider by default, named `@daakia/bot-sdk`. */
  tracer?: Tracer
}

/**
 * The span of the turn, for middleware within.
 *
 * @example
 * import { turnSpan } from '@daakia/bot-sdk/tracing'
 *
 * const marked: Middleware = {
 *   name: 'marked',
 *   turn: (turn, next) => {
 *     turn.get(turnSpan)?.setAttribute('shop', 'hill-road')
 *     return next()
 *   },
 * }
 */
export const turnSpan = contextKey<Span>('turnSpan')

/**
 * Goes on with the trace of who wrote: a message's `traceparent` is the parent of the span `daakia.turn`, which is active
 * while the machine runs, so that the spans of its own calls are within; `daakia.commit` is in it; and what the bot says
 * carries on the trace to who reads it. A timer's turn begins a trace of its own, and so does one that goes on
 * from a checkpoint after a restart. Other messages that are handled in the turn are links of its span.
 *
 * Names and attributes are those of OpenTelemetry's semantic conventions for messaging, "Messaging attributes" and
 * "Span kind": https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 *
 * @example
 * import { tracing } from '@daakia/bot-sdk/tracing'
 *
 * // after the SDK of OpenTelemetry was started
 * connect(order, { url: 'mqtt://127.0.0.1:1883', use: [tracing()] })
 */
export function tracing({ tracer = trace.getTracer('@daakia/bot-sdk') }: TracingOptions = {}): Middleware {
  return {
    name: 'tracing',
    turn: (turn, next) => {
      const span = begin(tracer, turn)
      turn.set(turnSpan, span)
      return during(span, next).finally(() => conclude(span, turn))
    },
    outgoing: (said, turn) => {
      const span = turn.get(turnSpan)
      if (!span || !isSpanContextValid(span.spanContext())) return said
      const traceparent = writeTraceparent(span.spanContext())
      return said.map((message) => ({ traceparent, ...message }))
    },
    commit: (turn, next) => {
      const span = turn.get(turnSpan)
      const parent = span ? trace.setSpan(context.active(), span) : context.active()
      const commit = tracer.startSpan(
        'daakia.commit',
        { kind: SpanKind.CLIENT, attributes: attributesOf(turn) },
        parent,
      )
      return during(commit, next).finally(() => commit.end())
    },
  }
}

function begin(tracer: Tracer, turn: TurnContext): Span {
  const parent = readTraceparent(messageOf(turn.trigger)?.traceparent)
  return tracer.startSpan(
    'daakia.turn',
    {
      kind: SpanKind.CONSUMER,
      attributes: { 'messaging.operation.name': 'turn', 'messaging.operation.type': 'process', ...attributesOf(turn) },
    },
    parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT,
  )
}

/** What a turn is about, be it that it failed. */
const messageOf = (trigger: TurnContext['trigger']) => {
  if (trigger?.kind === 'message') return trigger.message
  return trigger?.kind === 'failure' ? trigger.failure.message : undefined
}

const attributesOf = ({ bot, conversation, attempt, run, trigger }: TurnContext): Attributes => ({
  'messaging.system': 'daakia',
  'messaging.client.id': bot,
  'messaging.destination.name': `daak/turns/${conversation}`,
  'messaging.destination.template': 'daak/turns/{conversation}',
  'messaging.message.conversation_id': conversation,
  ...(trigger?.kind === 'message' && { 'messaging.message.id': trigger.message.id }),
  ...(trigger?.kind === 'failure' && { 'daakia.failed': trigger.failure.cause }),
  ...(trigger?.kind === 'timer' && { 'daakia.timer': trigger.timer.id }),
  'daakia.attempt': attempt,
  'daakia.run': run,
})

/** Does the work with the span active, and notes in it what went wrong. */
async function during(span: Span, work: () => Promise<void>): Promise<void> {
  try {
    await context.with(trace.setSpan(context.active(), span), work)
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error))
    span.recordException(failure)
    span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message })
    span.setAttribute('error.type', failure.name)
    throw error
  }
}

function conclude(span: Span, turn: TurnContext): void {
  const messages = turn.handled.flatMap(messagesOf)
  if (messages.length > 1) span.setAttribute('messaging.batch.message_count', messages.length)
  for (const linked of messages.slice(turn.trigger?.kind === 'message' ? 1 : 0).flatMap(contextOf))
    span.addLink({ context: linked })
  span.end()
}

type Handed = (Handled & { kind: 'message' })['message']

const messagesOf = (handled: Handled): readonly Handed[] =>
  handled.kind === 'message' ? (handled.message.burst ?? [handled.message]) : []

const contextOf = ({ traceparent }: Handed): readonly SpanContext[] => {
  const read = readTraceparent(traceparent)
  return read ? [read] : []
}
