import {
  type ActionHeard,
  bot,
  card,
  choices,
  edit,
  form,
  type Heard,
  media,
  pause,
  react,
  type Said,
  type SayAction,
  say,
  typing,
  unsend,
} from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { type AnyStateMachine, createActor, fromPromise, setup } from 'xstate'
import { FakeServer, hanging } from '../support/fake-server.js'

interface Context {
  dish: string
}
const types = {} as {
  context: Context
  events: Heard<{ type: 'go' } | { type: 'back' }>
  emitted: Said
}
const scene = (machine: AnyStateMachine) =>
  new FakeServer(
    bot({
      id: 'shop',
      version: 1,
      machine,
      recognise: (text) => (text === 'go' || text === 'back' ? { type: text } : undefined) as never,
    }),
  )

type Event = (typeof types)['events']
type Action = SayAction<Context, Event, undefined, Event>

/** A machine that does `actions` when it hears "go". */
const onGo = (...actions: Action[]) => scene(oneState(actions))
const oneState = (actions: Action[]) =>
  setup({ types }).createMachine({ id: 'shop', context: { dish: 'pizza' }, on: { go: { actions } } })

const bodies = (said: readonly string[]) =>
  said.map((each) => {
    const [type = '', ...json] = each.split(' {')
    return json.length === 0 ? each : [type, JSON.parse(`{${json.join(' {')}`)]
  })

test('what is shown is a message of its type, made from the context, in the order in which it was said', async () => {
  const server = scene(
    setup({ types }).createMachine({
      id: 'shop',
      context: { dish: 'pizza' },
      on: {
        go: {
          actions: [
            say('Look:'),
            card({
              title: 'Menu',
              text: ({ context }) => `Today: ${context.dish}`,
              image: { url: 'https://example.com/pizza.png', alt: ({ context }) => context.dish },
              buttons: [{ id: 'more', label: ({ context }) => `More ${context.dish}`, value: 7 }],
            }),
            choices(({ context }) => ({ text: 'Which?', choices: [context.dish, { label: 'Other', value: 'none' }] })),
            form({ id: 'f', fields: [{ name: 'street', label: 'Street', kind: 'text', required: true }] }),
            media({ url: 'https://example.com/menu.pdf', mediaType: 'application/pdf', alt: 'The menu' }),
            say('Well?'),
          ],
        },
      },
    }),
  )
  await server.says('hi')
  await server.says('go')
  expect(bodies(server.said)).toEqual([
    'Look:',
    [
      'card',
      {
        title: 'Menu',
        text: 'Today: pizza',
        image: { url: 'https://example.com/pizza.png', alt: 'pizza' },
        buttons: [{ id: 'more', label: 'More pizza', value: 7 }],
      },
    ],
    ['choices', { text: 'Which?', choices: [{ label: 'pizza' }, { label: 'Other', value: 'none' }] }],
    ['form', { id: 'f', fields: [{ name: 'street', label: 'Street', kind: 'text', required: true }] }],
    ['media', { url: 'https://example.com/menu.pdf', mediaType: 'application/pdf', alt: 'The menu' }],
    'Well?',
  ])
})

test('what does not fit its type fails the turn, and says where', async () => {
  const server = onGo(choices({ text: 'Which?', choices: [] }))
  await server.says('hi')
  await server.says('go')
  expect(server.failures[0]?.cause).toMatch(/That is no choices message/)
  expect(server.said).toEqual([])
})

test('of several wordings one is said, the same one when the turn is tried again, and not always the first', async () => {
  const wordings = ['one', 'two', 'three', 'four']
  const server = onGo(say(wordings))
  await server.says('hi')
  for (let n = 0; n < 12; n++) await server.says('go')
  expect(new Set(server.said).size).toBeGreaterThan(1)
  expect(wordings).toEqual(expect.arrayContaining(server.said))
  const again = onGo(say(wordings))
  await again.says('hi')
  for (let n = 0; n < 12; n++) {
    await again.restart()
    await again.says('go')
  }
  expect(again.said).toEqual(server.said)
})

test('a machine that runs by itself emits its words, of several wordings the first', () => {
  const emitted: unknown[] = []
  const actor = createActor(oneState([say(['one', 'two']), pause(5), say(({ locale }) => locale)]))
  actor.on('*', (event) => emitted.push(event))
  actor.start().send({ type: 'go' })
  expect(emitted).toEqual([
    { type: 'say', text: 'one' },
    { type: 'pause', ms: 5 },
    { type: 'say', text: 'en' },
  ])
})

test('a button that was pressed is an action with its value, and a message where the machine takes no action', async () => {
  const machine = setup({ types }).createMachine({
    id: 'shop',
    context: { dish: '' },
    initial: 'open',
    states: {
      open: { on: { action: { target: 'shut', actions: say(({ event }) => JSON.stringify(shown(event))) } } },
      shut: { on: { message: { actions: say(({ event }) => `heard "${event.text}"`) } } },
    },
  })
  const shown = ({ id, value, message }: ActionHeard) => ({ id, value, from: message.from })
  const server = scene(machine)
  await server.says('hi')
  const pressed = (value: unknown) => JSON.stringify({ id: 'more', value })
  await server.says(pressed({ size: 'large' }), { type: 'action', contentType: 'application/json' })
  await server.says(pressed('large'), { type: 'action', contentType: 'application/json' })
  expect(server.said).toEqual(['{"id":"more","value":{"size":"large"},"from":"ana"}', 'heard "large"'])
})

test('the bot shows that it is writing before the turn is over', async () => {
  let finish = () => {}
  const machine = setup({
    types,
    actors: { look: fromPromise(() => new Promise<void>((resolve) => (finish = resolve))) },
  }).createMachine({
    id: 'shop',
    context: { dish: '' },
    initial: 'idle',
    states: {
      idle: { on: { go: 'looking' } },
      looking: {
        entry: typing(),
        invoke: { id: 'look', src: 'look', onDone: { target: 'idle', actions: say('Found.') } },
      },
    },
  })
  const server = scene(machine)
  await server.says('hi')
  server.write('go')
  while (server.typed === 0) await Promise.resolve()
  expect(server.said).toEqual([])
  finish()
  await server.rest()
  expect([server.said, server.typed]).toEqual([['Found.'], 1])
})

describe('a pause', () => {
  const spaced: Action[] = [say('one'), pause(1_000), say('two'), pause(2_000), say('three')]

  test('holds back what is said after it, however often the bot restarts, and shows that more is to come', async () => {
    const server = onGo(...spaced)
    await server.says('hi')
    await server.says('go')
    expect([server.said, server.typed]).toEqual([['one'], 1])
    await server.restart()
    await server.wait(999)
    expect(server.said).toEqual(['one'])
    await server.wait(1)
    expect([server.said, server.typed]).toEqual([['one', 'two'], 2])
    await server.restart()
    await server.wait(2_000)
    expect(server.said).toEqual(['one', 'two', 'three'])
    expect(server.timers).toEqual([])
  })

  test('is over when the bot has more to say: the order stays', async () => {
    const server = onGo(...spaced)
    await server.says('hi')
    await server.says('go')
    await server.says('what?')
    expect(server.said).toEqual(['one', 'two', 'three', 'Sorry, I did not understand that.'])
    await server.wait(10_000)
    expect(server.said).toHaveLength(4)
  })

  test('is left out where the run ends', async () => {
    const machine = setup({ types }).createMachine({
      id: 'shop',
      context: { dish: '' },
      initial: 'open',
      states: { open: { on: { go: 'shut' } }, shut: { type: 'final', entry: spaced } },
    })
    const server = scene(machine)
    await server.says('hi')
    await server.says('go')
    expect([server.said, server.state, server.timers]).toEqual([['one', 'two', 'three'], null, []])
  })

  test('of no sensible length is refused', () => {
    expect(() => pause(-1)).toThrow('pause: -1 is not a number of milliseconds from 0')
  })
})

describe('what was said under a name', () => {
  const machine = setup({ types }).createMachine({
    id: 'shop',
    context: { dish: '' },
    initial: 'looking',
    states: {
      looking: {
        entry: [say('Before.'), say('Looking …', { as: 'progress' }), say('After.')],
        on: { go: 'found', back: 'gone' },
      },
      found: { entry: edit('progress', 'Found it.'), on: { back: 'gone' } },
      gone: { entry: unsend('progress'), on: { back: { actions: edit('progress', 'Again.') } } },
    },
  })

  test.each(['hot', 'restarted'])('is edited and unsent later, in a bot that is %s', async (how) => {
    const server = scene(machine)
    await server.says('hi')
    // One message was ana's, and after the second of three comes one more.
    if (how === 'restarted') await server.restart()
    await server.says('go')
    if (how === 'restarted') await server.restart()
    await server.says('back')
    expect(bodies(server.said)).toEqual([
      ...['Before.', 'Looking …', 'After.'],
      ['edit', { seq: 3, text: 'Found it.' }],
      ['delete', { seq: 3 }],
    ])
  })

  test('is edited by a lease that comes at once with the answer to the commit', async () => {
    const server = scene(machine)
    server.beforeAnswer = () => {
      server.beforeAnswer = () => {}
      server.write('go')
    }
    await server.says('hi')
    await server.rest()
    expect(bodies(server.said)).toEqual(['Before.', 'Looking …', 'After.', ['edit', { seq: 3, text: 'Found it.' }]])
  })

  test('is edited by a lease that comes in place of an answer', async () => {
    const server = scene(machine)
    server.commit = hanging(server)
    server.write('hi')
    await server.event()
    delete (server as Partial<FakeServer>).commit
    await server.says('go')
    expect(bodies(server.said)).toEqual(['Before.', 'Looking …', 'After.', ['edit', { seq: 3, text: 'Found it.' }]])
  })

  test('is not edited once it was unsent: the turn fails, and says why', async () => {
    const server = scene(machine)
    await server.says('hi')
    await server.says('back')
    await server.says('back')
    expect(server.failures[0]?.cause).toMatch(/Nothing was said as "progress"/)
  })

  test('goes out as it is to be read, where it is edited in the same turn', async () => {
    const server = onGo(say('a', { as: 'x' }), say('b', { as: 'y' }), edit('x', 'A'), unsend('y'), say('c'))
    await server.says('hi')
    await server.says('go')
    expect(server.said).toEqual(['A', 'c'])
  })
})

test('a reaction is to the message that is answered, or to another one', async () => {
  const server = onGo(react('👍'), react('👀', { to: () => 1 }), react('👀', { to: () => 1, removed: true }))
  await server.says('hi')
  await server.says('go')
  expect(bodies(server.said)).toEqual([
    ['reaction', { seq: 2, reaction: '👍' }],
    ['reaction', { seq: 1, reaction: '👀' }],
    ['reaction', { seq: 1, reaction: '👀', removed: true }],
  ])
})
