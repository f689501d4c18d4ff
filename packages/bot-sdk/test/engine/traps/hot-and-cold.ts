import { type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assign, enqueueActions, fromPromise, raise, sendTo, setup } from 'xstate'
import { xstateEngine } from '../../../src/engine/engine.js'
import type { Run } from '../../../src/engine/port.js'
import { pause } from '../../../src/saying/pause.js'
import { Scene } from '../../support/scene.js'

const minute = 60_000

const commands = ['left', 'right', 'down', 'leave', 'shallow', 'deep', 'spawn', 'drop', 'poke', 'work', 'fail'] as const
const more = ['cancel', 'later', 'sooner', 'pause', 'nest', 'finish'] as const
type Command = (typeof commands)[number] | (typeof more)[number]
type Own = { type: Command } | { type: 'tick'; from: string }

const types = {} as { events: Heard<Own>; emitted: Said }

/** Comes to its end after a while, or when it is poked twice; sets a timer that its parent hears. */
const kid = setup({
  types: {} as typeof types & { context: { name: string }; input: { name: string } },
  delays: { life: 3 * minute },
}).createMachine({
  id: 'kid',
  context: ({ input }) => ({ name: input.name }),
  entry: say(({ context }) => `${context.name} is here`),
  initial: 'fresh',
  states: {
    fresh: { on: { poke: 'poked' }, after: { life: 'done' } },
    poked: { entry: raise({ type: 'finish' }, { delay: minute, id: 'end' }), on: { poke: 'done', finish: 'done' } },
    done: { type: 'final', entry: say(({ context }) => `${context.name} is done`) },
  },
})

/** Has a child of its own, with a history, and a promise that is refused. */
const nest = setup({
  types,
  actors: { kid, refuse: fromPromise<string>(() => Promise.reject(new Error('no'))) },
}).createMachine({
  id: 'nest',
  invoke: { id: 'inner', src: 'kid', input: { name: 'inner' }, onDone: { actions: say('inner is over') } },
  initial: 'on',
  states: {
    on: {
      initial: 'a',
      states: { a: { on: { down: 'b' } }, b: { on: { down: 'a' } }, last: { type: 'history' } },
      on: { leave: 'off' },
    },
    off: { on: { shallow: 'on.last', fail: 'refused' } },
    refused: { invoke: { id: 'refuse', src: 'refuse', onError: { target: 'on.last', actions: say('refused') } } },
  },
})

/** All that a run stores. */
const everything = setup({
  types: {} as typeof types & { context: { made: number; log: string[] }; input: RunInput },
  actors: {
    kid,
    nest,
    work: fromPromise<string, string>(async ({ input }) => `done ${input}`),
    fails: fromPromise<string>(async () => Promise.reject(new TypeError('no'))),
  },
  delays: { short: minute, long: 7 * minute, soon: 10 },
  actions: {
    spawn: enqueueActions(({ context, enqueue }) => {
      const name = `kid ${context.made % 4}`
      enqueue.stopChild(name)
      enqueue.spawnChild('kid', { id: name, input: { name } })
      enqueue.assign({ made: context.made + 1 })
    }),
    drop: enqueueActions(({ context, enqueue }) => enqueue.stopChild(`kid ${(context.made + 3) % 4}`)),
    poke: enqueueActions(({ context, self, enqueue }) => {
      const name = `kid ${(context.made + 3) % 4}`
      const { children } = self.getSnapshot()
      if (name in children) enqueue.sendTo(name, { type: 'poke' }, { delay: 30, id: 'poke' })
    }),
  },
}).createMachine({
  id: 'everything',
  context: { made: 0, log: [] },
  type: 'parallel',
  on: {
    spawn: { actions: 'spawn' },
    drop: { actions: 'drop' },
    poke: { actions: 'poke' },
    later: { actions: raise({ type: 'tick', from: 'later' }, { delay: 9 * minute, id: 'later' }) },
    sooner: { actions: raise({ type: 'tick', from: 'later' }, { delay: 20, id: 'later' }) },
    pause: { actions: [say('one'), pause(2 * minute), say('two'), pause(minute), say('three')] },
    tick: {
      actions: [
        say(({ event }) => `tick ${event.from}`),
        assign({ log: ({ context, event }) => [...context.log, event.from].slice(-5) }),
      ],
    },
  },
  states: {
    walk: {
      initial: 'out',
      states: {
        out: { on: { shallow: 'in.shallow', deep: 'in.deep', left: 'in' } },
        in: {
          type: 'parallel',
          on: { leave: 'out' },
          after: { long: { target: 'out', actions: say('too long') } },
          states: {
            one: {
              initial: 'x',
              states: {
                x: { on: { right: 'y' } },
                y: {
                  initial: 'top',
                  on: { right: 'x' },
                  states: { top: { on: { down: 'bottom' } }, bottom: { after: { short: 'top' } } },
                },
              },
            },
            two: {
              initial: 'x',
              states: { x: { on: { down: 'y' } }, y: { after: { soon: 'x' } } },
            },
            shallow: { type: 'history', history: 'shallow' },
            deep: { type: 'history', history: 'deep' },
          },
        },
      },
    },
    labour: {
      initial: 'idle',
      states: {
        idle: { on: { work: 'working', fail: 'failing', nest: 'nesting' } },
        working: {
          invoke: {
            id: 'work',
            src: 'work',
            input: ({ context }) => `${context.made}`,
            onDone: { target: 'idle', actions: say(({ event }) => event.output) },
          },
        },
        failing: { invoke: { id: 'fails', src: 'fails', onError: { target: 'idle', actions: say('It failed.') } } },
        nesting: {
          invoke: { id: 'nest', src: 'nest' },
          entry: sendTo('nest', { type: 'down' }, { delay: 40, id: 'down' }),
          on: { cancel: 'idle' },
        },
      },
    },
  },
})

type Step = { event: { type: Command } } | { waits: number }

const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...commands, ...more).map((type): Step => ({ event: { type } })) },
    { weight: 1, arbitrary: fc.constantFrom(10, minute, 8 * minute).map((waits): Step => ({ waits })) },
  ),
  { maxLength: 25 },
)

const textOf = (run: Run): string => JSON.stringify(run.persist().state)

/** One run that stays in memory, or that is restored from its text before every step. */
class Walk extends Scene {
  constructor() {
    super(everything)
    this.start()
  }

  /** What was said, and how it stands. */
  async take(step: Step) {
    if ('event' in step) await this.gets(step.event)
    else await this.wait(step.waits)
    const said = this.said()
    return { said, stored: textOf(this.run), shown: this.run.public, keepable: this.run.persist().keepable }
  }
}

/** Asserted at the end of it, so that a machine that lost its variety would be seen. */
const seen = { pauses: 0, histories: 0, done: 0, timers: 0 }

function look(stored: string): void {
  if (stored.includes('"pause"')) seen.pauses++
  if (stored.includes('"historyValue":{"')) seen.histories++
  if (stored.includes('"status":"done"')) seen.done++
  if (!stored.includes('"timers":[]')) seen.timers++
}

export const hotAndCold = () =>
  describe('a run in memory', () => {
    test('is stored, after every step, as what its restored self is stored as, and both go on alike', async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (script) => {
          const [hot, cold] = [new Walk(), new Walk()]
          for (const step of script) {
            cold.restart()
            expect(textOf(cold.run)).toBe(textOf(hot.run))
            const there = await hot.take(step)
            expect(await cold.take(step)).toEqual(there)
            look(there.stored)
          }
        }),
        { numRuns: 100 },
      )
      expect(Object.values(seen).every((times) => times > 0)).toBe(true)
    })

    test('is stored in the midst of its promises as what a restore makes of it, wherever it is', async () => {
      await fc.assert(
        fc.asyncProperty(steps, fc.constantFrom('work', 'fail'), async (script, type) => {
          const scene = new Walk()
          for (const step of script) await scene.take(step)
          scene.run.send({ type }, { key: 'last' })
          const stored = textOf(scene.run)
          const around = scene.around
          const again = xstateEngine({ machine: everything, version: 1 }).restore(JSON.parse(stored), around)
          expect(textOf(again)).toBe(stored)
          await Promise.all([scene.run.settle(), again.settle()])
          expect(again.takeEffects()).toEqual(scene.run.takeEffects())
          expect(textOf(again)).toBe(textOf(scene.run))
        }),
        { numRuns: 50 },
      )
    })
  })
