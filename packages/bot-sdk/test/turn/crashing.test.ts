import { type Bot, bot, type Heard, overlap, type RunInput, type Said, say } from '@daakia/bot-sdk'
import type { Clock } from '@daakia/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromPromise, setup } from 'xstate'
import type { TurnHooks } from '../../src/turn/port.js'
import { FakeServer, lost } from '../support/fake-server.js'
import { medley } from '../support/medley.js'
import { order } from '../support/order.js'

const minute = 60_000

const mishaps = [
  'none',
  'turn.leased',
  'turn.commit',
  'turn.committed',
  'turn.checkpointed',
  'its answer is lost',
  'it hears everything twice',
  'its lease goes to another instance',
] as const
/** What happens to the instance that handles the step: it dies at this point, or something else. */
type Mishap = (typeof mishaps)[number]

/** Ana writes a text; another one writes those that begin with their name and a colon. */
type Step = ({ says: readonly string[] } | { waits: number }) & { mishap: Mishap; instance: number }

const instances = 10

/** Ten instances of a bot; whoever dies is replaced by a new one. */
class Fleet {
  readonly server: FakeServer
  #instances
  #mishap: Mishap = 'none'
  #next = 0
  #holder = 0

  constructor(bot: Bot) {
    this.server = new FakeServer(bot, { hotRuns: 3, hooks: this.#hooks() })
    this.#instances = Array.from({ length: instances }, () => this.server.anotherInstance())
    this.server.deliver = (conversation, notice) => {
      if (notice.type === 'lease') this.#holder = this.#next
      const times = this.#mishap === 'it hears everything twice' ? 2 : 1
      for (let time = 0; time < times; time++) this.#instances[this.#holder]?.receive(conversation, notice)
    }
    this.server.beforeAnswer = () => this.#befalls('its answer is lost') && lost()
  }

  /** Ana says something, or time passes, until the bots have come to rest. */
  async play(step: Step): Promise<void> {
    this.#mishap = step.mishap
    this.#next = step.instance
    if ('waits' in step) await this.server.wait(step.waits)
    else await this.#hears(step.says)
    await settled()
  }

  async #hears(texts: readonly string[]): Promise<void> {
    for (const text of texts) this.server.write(text, text.startsWith('ben: ') ? { from: 'ben' } : {})
    let isResting = false
    void this.server.rest().then(() => {
      isResting = true
    })
    for (await settled(); !isResting; await settled()) this.server.clock.advance(100)
  }

  #hooks(): TurnHooks {
    const die = (point: keyof TurnHooks) => () => (this.#befalls(point) ? this.#die() : undefined)
    return {
      'turn.leased': die('turn.leased'),
      'turn.commit': () => {
        if (this.#befalls('its lease goes to another instance')) this.#leaseToAnother()
        return this.#befalls('turn.commit') ? this.#die() : undefined
      },
      'turn.committed': die('turn.committed'),
      'turn.checkpointed': die('turn.checkpointed'),
    }
  }

  /** Once in a step. */
  #befalls(mishap: Mishap): boolean {
    if (this.#mishap !== mishap) return false
    this.#mishap = 'none'
    return true
  }

  #leaseToAnother(): void {
    this.#next = (this.#holder + 1) % instances
    this.server.grant()
  }

  /** Nothing that the dead instance waits for ever comes. */
  #die(): Promise<void> {
    this.#instances[this.#holder] = this.server.anotherInstance()
    this.#next = (this.#holder + 1) % instances
    this.server.crash()
    this.server.offer()
    return new Promise(() => {})
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const script = (texts: readonly string[], waits: readonly number[]): fc.Arbitrary<readonly Step[]> => {
  const fate = { mishap: fc.constantFrom(...mishaps), instance: fc.nat(instances - 1) }
  const says = fc.record({ ...fate, says: fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 2 }) })
  return fc.array(
    waits.length === 0
      ? says
      : fc.oneof(
          { weight: 4, arbitrary: says },
          { weight: 1, arbitrary: fc.record({ ...fate, waits: fc.constantFrom(...waits) }) },
        ),
    { minLength: 1, maxLength: 12 },
  )
}

/** How it goes when nothing happens to the one instance that there is. */
const undisturbed = (step: Step): Step => ({ ...step, mishap: 'none', instance: 0 })

async function played(fleet: Fleet, steps: readonly Step[]) {
  for (const step of steps) await fleet.play(step)
  const { said, state, timers, processed, failures, parked } = fleet.server
  return { said, state, timers, processed, failures, parked }
}

test.each([
  ['an order', order, ['hi', 'large', '2', 'many', '12 Hill Road', 'yes', 'change the size', 'cancel', 'help']],
  ['a bit of everything', medley, ['hi', 'ana', 'bo', 'zoë', 'spawn', 'drop', 'cancel', 'x']],
] as const)(
  '%s goes with ten instances that die at every turn as with one that lives',
  async (_, definition, texts) => {
    await fc.assert(
      fc.asyncProperty(script(texts, [10, minute, 10 * minute]), async (steps) => {
        const alone = await played(new Fleet(definition), steps.map(undisturbed))
        expect(alone).toMatchObject({ failures: [], parked: [] })
        expect(await played(new Fleet(definition), steps)).toEqual(alone)
      }),
      { numRuns: 30 },
    )
  },
)

/** Works for longer than a checkpoint waits, and says so before and after. */
const workerOn = (clock: () => Clock) =>
  bot({
    id: 'bot',
    version: 1,
    recognise: (text) => (text === 'work' ? { type: text } : undefined),
    machine: setup({
      types: {} as { events: Heard<{ type: 'work' }>; emitted: Said; context: { done: number } },
      actors: { work: fromPromise(() => new Promise<void>((resolve) => clock().after(700, resolve))) },
    }).createMachine({
      id: 'worker',
      context: { done: 0 },
      initial: 'idle',
      states: {
        idle: { on: { message: { actions: say(({ event }) => `Heard ${event.text}.`) }, work: 'working' } },
        working: {
          entry: say('Working.'),
          invoke: { id: 'work', src: 'work', onDone: 'again' },
          on: { cancel: { target: 'idle', actions: say('Cancelled.') } },
        },
        again: {
          entry: say('Half done.'),
          invoke: { id: 'work', src: 'work', onDone: { target: 'idle', actions: say('Done.') } },
        },
      },
    }),
  })

test('work that outlives its instances is told once, step by step', async () => {
  const fleet = () => {
    const made: Fleet = new Fleet(workerOn(() => made.server.clock))
    return made
  }
  await fc.assert(
    fc.asyncProperty(script(['hi', 'work', 'x'], []), async (steps) => {
      const alone = await played(fleet(), steps.map(undisturbed))
      expect(alone).toMatchObject({ failures: [], parked: [] })
      const disturbed = await played(fleet(), steps)
      expect(disturbed).toEqual(alone)
    }),
    { numRuns: 30 },
  )
})

const modes = ['queue', 'burst', 'patient', 'hasty', 'working'] as const

/** Says each line that it hears, and goes where the last line that names a state says. */
const scribe = bot({
  id: 'bot',
  version: 1,
  overlap: 'burst',
  machine: setup({
    types: {} as { input: RunInput; events: Heard; emitted: Said },
    actors: { work: fromPromise(async () => {}) },
    guards: {
      to: ({ event }, mode: string) =>
        event.type === 'message' &&
        event.text
          .split('\n')
          .map((line) => line.split(' ').at(-1))
          .findLast((word) => modes.some((each) => each === word)) === mode,
    },
    actions: { repeat: say(({ event }) => (event.type === 'message' ? event.text : '')) },
  }).createMachine({
    id: 'scribe',
    context: ({ input }) => ({ first: input.message.text }),
    entry: say(({ context }) => context.first),
    initial: 'queue',
    on: {
      message: [
        ...modes.map((mode) => ({
          target: `.${mode}` as const,
          guard: { type: 'to' as const, params: mode },
          actions: 'repeat' as const,
        })),
        { actions: 'repeat' },
      ],
    },
    states: {
      queue: { meta: overlap('queue') },
      burst: {},
      patient: { meta: overlap({ debounceMs: 2_000 }) },
      hasty: { meta: overlap({ debounceMs: 50, longestMs: 60 }) },
      working: { meta: overlap('burst'), invoke: { id: 'work', src: 'work', onDone: 'patient' } },
    },
  }),
})

test('whatever states say of what overlaps, each line is heard once and in order, also with instances that die', async () => {
  const lines = ['a', 'b', 'ben: c', ...modes, 'ben: burst', 'ben: patient']
  await fc.assert(
    fc.asyncProperty(script(lines, [10, 100, 1_000, minute]), async (steps) => {
      const written = steps.flatMap((step) => ('says' in step ? step.says : []))
      for (const each of [steps.map(undisturbed), steps]) {
        const fleet = new Fleet(scribe)
        await played(fleet, each)
        await fleet.play({ waits: minute, mishap: 'none', instance: 0 })
        await fleet.server.rest()
        const { said, processed, failures, parked } = fleet.server
        expect(said.flatMap((text) => text.split('\n'))).toEqual(written)
        expect({ processed, failures, parked }).toEqual({ processed: written.length, failures: [], parked: [] })
      }
    }),
    { numRuns: 60 },
  )
})
