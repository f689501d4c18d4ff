import { bot, type Heard, type Middleware, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { setup } from 'xstate'
import { FakeServer, type FakeServerOptions } from './fake-server.js'

const types = {} as { context: { first: string }; input: RunInput; events: Heard<{ type: 'wave' }>; emitted: Said }

/** Repeats what it hears, fails at "break", and says "tick" after a second. */
const machine = setup({
  types,
  actions: {
    check: ({ event }) => {
      if (event.type === 'message' && event.text === 'break') throw new RangeError('boom')
    },
  },
  delays: { soon: 1_000 },
}).createMachine({
  id: 'parrot',
  context: ({ input }) => ({ first: input.message.text }),
  entry: say(({ context }) => `Began with ${context.first}`),
  initial: 'on',
  states: { on: { after: { soon: { actions: say('tick') } } } },
  on: {
    message: { actions: ['check', say(({ event }) => event.text.replaceAll('\n', ' / '))] },
    wave: { actions: say('Hello!') },
  },
})

export interface ParrotOptions extends FakeServerOptions {
  id?: string
  overlap?: 'queue' | 'burst'
}

export const parrotBot = (use: readonly Middleware[], { id = 'bot', overlap = 'queue' }: ParrotOptions = {}) => {
  const recognise = (text: string) => (text === 'wave' ? ({ type: 'wave' } as const) : undefined)
  return bot({ id, version: 1, machine, use, overlap, recognise })
}

/** A server with a bot that repeats what it hears, with this middleware of its own. */
export const parrot = (use: readonly Middleware[], options: ParrotOptions = {}): FakeServer =>
  new FakeServer(parrotBot(use, options), options)

/** Several messages wait for the bot when it gets the conversation. */
export const pile = async (server: FakeServer, ...texts: readonly string[]): Promise<void> => {
  server.holdLeases = true
  for (const text of texts) server.write(text)
  server.holdLeases = false
  server.offer()
  await server.rest()
}
