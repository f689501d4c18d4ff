import { bot, type Heard, logging, type Middleware, type Said, say, type TurnContext } from '@daakia/bot-sdk'
import { metrics } from '@daakia/bot-sdk/metrics'
import { tracing } from '@daakia/bot-sdk/tracing'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { setup } from 'xstate'
import { FakeServer } from '../support/fake-server.js'

const machine = setup({
  types: {} as { events: Heard; emitted: Said },
  actions: {
    boom: () => {
      throw new RangeError('boom')
    },
  },
}).createMachine({ id: 'm', on: { message: { actions: 'boom' }, failed: { actions: say('Oh.') } } })

const traceId = '0af7651916cd43dd8448eb211c80319c'

/** The bot has failed at a message of this trace, and its machine is told. */
const told = async (...use: readonly Middleware[]) => {
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine, use }))
  await server.says('hi')
  await server.says('x', { traceparent: `00-${traceId}-b7ad6b7169203331-01` })
  await server.tellFailure('RangeError: boom')
  await server.close()
}

test('a turn in which a failure is told says so to middleware', async () => {
  const turns: Pick<TurnContext, 'trigger' | 'handled'>[] = []
  await told({
    name: 'watching',
    turn: async (turn, next) => {
      await next()
      turns.push({ trigger: turn.trigger as NonNullable<typeof turn.trigger>, handled: turn.handled })
    },
  })
  const failure = { cause: 'RangeError: boom', attempts: 3, message: { seq: 2 } }
  expect(turns.at(-1)).toMatchObject({
    trigger: { kind: 'failure', failure },
    handled: [{ kind: 'failure', failure }],
  })
})

test('it is in the log with its cause, and counted', async () => {
  const lines: Record<string, unknown>[] = []
  const note = (line: Readonly<Record<string, unknown>>) => void lines.push(line)
  const register = new Registry()
  await told(logging({ log: { info: note, warn: note } }), metrics({ register }))
  expect(lines.at(-1)).toMatchObject({ handled: [{ failed: 'RangeError: boom' }], said: 1 })
  expect(await register.metrics()).toContain('daakia_bot_failures_told_total{bot="bot"} 1')
})

test('it goes on with the trace of the message that failed', async () => {
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  await told(tracing({ tracer: provider.getTracer('test') }))
  const span = exporter.getFinishedSpans().findLast(({ name }) => name === 'daakia.turn')
  expect(span?.spanContext().traceId).toBe(traceId)
  expect(span?.attributes['daakia.failed']).toBe('RangeError: boom')
})
