import { bot, connect, type Heard, type Said, say } from '@daakia/bot-sdk'
import { tracing } from '@daakia/bot-sdk/tracing'
import { createClient } from '@daakia/client-sdk'
import { createServer, memoryKeyValue } from '@daakia/server'
import { context, propagation, type SpanContext } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { expect, test } from 'vitest'
import { setup } from 'xstate'

test("a trace goes from the user's publish through the turn to the reply, over MQTT", async () => {
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  const tracer = provider.getTracer('test')
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())

  const server = createServer({ dev: true, storage: memoryKeyValue(), listen: { host: '127.0.0.1', mqttPort: 0 } })
  const { mqttPort } = await server.start()
  const url = `mqtt://127.0.0.1:${mqttPort}`
  const machine = setup({ types: {} as { events: Heard; emitted: Said } }).createMachine({
    id: 'm',
    entry: say('Hello.'),
  })
  const running = connect(bot({ id: 'bot', version: 1, machine }), { url, use: [tracing({ tracer })] })
  await running.ready
  const ana = createClient({ identity: 'ana', url })
  await ana.online()
  const messages = ana.messages()

  await tracer.startActiveSpan('publish', async (span) => {
    const carrier: { traceparent?: string } = {}
    propagation.inject(context.active(), carrier)
    await ana.to('bot').send('hi', carrier)
    span.end()
  })
  const heard = [await messages.next(), await messages.next()].map(({ value }) => value)
  await Promise.all([running.close(), ana.close()])
  await server.close()
  context.disable()
  propagation.disable()

  const spanOf = (name: string) => exporter.getFinishedSpans().find((span) => span.name === name)
  const [publish, turn] = [spanOf('publish'), spanOf('daakia.turn')]
  const traceparentOf = (span?: SpanContext) => `00-${span?.traceId}-${span?.spanId}-01`
  expect(turn?.parentSpanContext?.spanId).toBe(publish?.spanContext().spanId)
  expect(heard.map(({ from, traceparent }) => [from, traceparent])).toEqual([
    ['ana', traceparentOf(publish?.spanContext())],
    ['bot', traceparentOf(turn?.spanContext())],
  ])
  expect(turn?.spanContext().traceId).toBe(publish?.spanContext().traceId)
})
