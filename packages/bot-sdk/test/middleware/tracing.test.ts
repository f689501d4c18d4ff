import { bot, type Heard, type Middleware, type Said, say } from '@daakia/bot-sdk'
import { tracing } from '@daakia/bot-sdk/tracing'
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { fromPromise, setup } from 'xstate'
import { FakeServer } from '../support/fake-server.js'
import { parrot, pile } from '../support/parrot.js'

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
const tracer = provider.getTracer('test')
beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()))
afterAll(() => context.disable())
beforeEach(() => exporter.reset())

const traceId = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${traceId}-b7ad6b7169203331-01`

const spans = () =>
  exporter
    .getFinishedSpans()
    .map((span) => ({ ...span, ids: span.spanContext(), parent: span.parentSpanContext?.spanId }))
const spanOf = (name: string) => {
  const found = spans().filter((span) => span.name === name)
  expect(found).toHaveLength(1)
  return found[0] as (typeof found)[0]
}

test("a message's trace goes on in its turn, in the commit, and in what the bot says", async () => {
  const server = parrot([tracing({ tracer })])
  await server.says('hi', { traceparent })
  await server.close()
  const [turn, commit] = [spanOf('daakia.turn'), spanOf('daakia.commit')]
  expect(turn).toMatchObject({
    ...{ kind: SpanKind.CONSUMER, parent: 'b7ad6b7169203331', ids: { traceId } },
    attributes: {
      'messaging.system': 'daakia',
      'messaging.operation.name': 'turn',
      'messaging.operation.type': 'process',
      'messaging.client.id': 'bot',
      'messaging.destination.name': 'daak/turns/ana~bot',
      'messaging.destination.template': 'daak/turns/{conversation}',
      'messaging.message.id': 'm1',
      'messaging.message.conversation_id': 'ana~bot',
      'daakia.attempt': 1,
      'daakia.run': 'new',
    },
  })
  expect(commit).toMatchObject({ parent: turn.ids.spanId, ids: { traceId } })
  expect(server.commits[0]?.messages).toMatchObject([{ traceparent: `00-${traceId}-${turn.ids.spanId}-01` }])
})

test('a timer, and a message without a trace, begin one of their own', async () => {
  const server = parrot([tracing({ tracer })])
  await server.says('hi')
  await server.says('broken', { traceparent: '00-nothing-at-all' })
  await server.wait(1_000)
  await server.close()
  const turns = spans().filter(({ name }) => name === 'daakia.turn')
  expect(turns.map(({ parent }) => parent)).toEqual([undefined, undefined, undefined])
  expect(new Set(turns.map(({ ids }) => ids.traceId)).size).toBe(3)
  expect(turns[2]?.attributes).toMatchObject({ 'daakia.timer': expect.stringContaining('soon') })
})

test('a turn that fails is a span that failed, with its cause', async () => {
  const server = parrot([tracing({ tracer })])
  await server.says('hi')
  await server.says('break', { traceparent })
  await server.close()
  expect(spans().find(({ name, ids }) => name === 'daakia.turn' && ids.traceId === traceId)).toMatchObject({
    ids: { traceId },
    status: { code: SpanStatusCode.ERROR, message: 'boom' },
    attributes: { 'error.type': 'RangeError' },
    events: [{ name: 'exception' }],
  })
})

test('the other messages of a burst are linked', async () => {
  const server = parrot([tracing({ tracer })], { overlap: 'burst' })
  server.holdLeases = true
  server.write('hi', { traceparent })
  server.write('there', { traceparent: traceparent.replace('0af7', '1111') })
  await pile(server, 'all')
  await server.close()
  const { attributes, links } = spanOf('daakia.turn')
  expect(attributes['messaging.batch.message_count']).toBe(3)
  expect(links.map((link) => link.context.traceId)).toEqual([traceId.replace('0af7', '1111')])
})

test("the machine's own calls are within, also those of what interrupts it from outside", async () => {
  const call = (name: string) => tracer.startSpan(name).end()
  const work = fromPromise(async ({ signal }) => {
    call('looking up')
    await new Promise((_, reject) => signal.addEventListener('abort', reject))
  })
  const machine = setup({ types: {} as { events: Heard; emitted: Said }, actors: { work } }).createMachine({
    id: 'm',
    initial: 'working',
    states: {
      working: {
        invoke: { id: 'work', src: 'work' },
        on: { cancel: { target: 'idle', actions: [() => call('stopping'), say('Stopped.')] } },
      },
      idle: {},
    },
  })
  const asking: Middleware = {
    name: 'asking',
    incoming: async (message) => {
      await new Promise((resolve) => setImmediate(resolve))
      call('asking')
      return message
    },
  }
  const server = new FakeServer(bot({ id: 'bot', version: 1, machine, use: [tracing({ tracer }), asking] }))
  server.write('hi', { traceparent })
  while (!spans().some(({ name }) => name === 'looking up')) await new Promise((resolve) => setImmediate(resolve))
  // As a message does that the transport brings.
  context.with(ROOT_CONTEXT, () => server.write('cancel'))
  await server.rest()
  await server.close()
  const { ids } = spanOf('daakia.turn')
  const within = spans().filter(({ parent }) => parent === ids.spanId)
  expect(within.map(({ name }) => name)).toEqual(['asking', 'looking up', 'asking', 'stopping', 'daakia.commit'])
})

test('without a provider nothing is said of a trace', async () => {
  const server = parrot([tracing({ tracer: trace.getTracer('none') })])
  await server.says('hi')
  expect(server.commits[0]?.messages.map((message) => message.traceparent)).toEqual([undefined])
})
