import { bot, contextKey, edit, type Heard, type Middleware, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { fromPromise, setup } from 'xstate'
import { FakeServer } from '../support/fake-server.js'
import { parrot, pile } from '../support/parrot.js'

const types = {} as { context: { first: string }; input: RunInput; events: Heard; emitted: Said }

/** Writes down where it is passed, and leaves its name in what passes. */
const witness = (name: string, passed: string[]): Middleware => ({
  name,
  turn: async (_, next) => {
    passed.push(`${name} before`)
    await next()
    passed.push(`${name} after`)
  },
  incoming: (message) => {
    passed.push(`${name} in`)
    return { ...message, text: `${message.text}+${name}` }
  },
  outgoing: (said) => {
    passed.push(`${name} out`)
    return [...said, { type: 'text', body: { text: name } }]
  },
})

const asText = ({ text }: { text: string }) => ({ type: 'text', body: { text } }) as const
const nextTick = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('the order', () => {
  test('is plain: the first is outermost, first to see what comes in, last to see what goes out', async () => {
    const passed: string[] = []
    const server = parrot([witness('a', passed), witness('b', passed)])
    await server.says('hi')
    await server.close()
    expect(passed).toEqual(['a before', 'b before', 'a in', 'b in', 'b out', 'a out', 'b after', 'a after'])
    expect(server.said).toEqual(['Began with hi+a+b', 'b', 'a'])
  })

  test("has an operator's around the author's", async () => {
    const passed: string[] = []
    const server = parrot([witness('author', passed)], { use: [witness('operator', passed)] })
    await server.says('hi')
    expect(passed[0]).toBe('operator before')
    expect(server.said).toEqual(['Began with hi+operator+author', 'author', 'operator'])
  })
})

describe('what comes in', () => {
  test('is recognised as a middleware has changed it', async () => {
    const server = parrot([
      { name: 'm', incoming: async (message) => ({ ...message, text: message.text.replace('o/', 'wave') }) },
    ])
    await server.says('hi')
    await server.says('o/')
    expect(server.said.at(-1)).toBe('Hello!')
  })

  test('is answered and dropped: the answer and that it was handled are committed, and nobody hears of it', async () => {
    const server = parrot([
      { name: 'm', incoming: (message, { reply }) => (message.text === 'spam' ? reply('No, thanks.') : message) },
    ])
    await server.says('spam')
    expect(server).toMatchObject({ said: ['No, thanks.'], processed: 1, state: null })
    await server.says('hi')
    await server.says('spam')
    expect(server.said).toEqual(['No, thanks.', 'Began with hi', 'No, thanks.'])
    expect(server.processed).toBe(3)
  })

  test('is dropped without a word', async () => {
    const server = parrot([{ name: 'm', incoming: () => undefined }])
    await server.says('hi')
    expect(server).toMatchObject({ said: [], processed: 1, failures: [] })
  })

  test('is answered before the bot answers', async () => {
    const server = parrot([
      {
        name: 'm',
        incoming: (message, { reply }) => {
          reply(asText({ text: 'Noted.' }))
          return message
        },
      },
    ])
    await server.says('hi')
    expect(server.said).toEqual(['Noted.', 'Began with hi'])
  })

  test('is seen message by message in a burst, of which what is dropped is no part', async () => {
    const seen: string[] = []
    const server = parrot(
      [
        {
          name: 'm',
          incoming: (message, { reply }) => {
            seen.push(message.text)
            return message.text === 'spam' ? reply('No.') : { ...message, text: message.text.toUpperCase() }
          },
        },
      ],
      { overlap: 'burst' },
    )
    await server.says('hi')
    await pile(server, 'a', 'b', 'spam', 'c')
    expect(seen).toEqual(['hi', 'a', 'b', 'spam', 'c'])
    expect(server.said.slice(1)).toEqual(['A / B', 'No.', 'C'])
    expect(server.commits.map(({ processed }) => processed)).toEqual([1, 5])
  })

  test('that makes a middleware throw fails alone, though others wait before it', async () => {
    const server = parrot([
      {
        name: 'm',
        incoming: (message) => {
          if (message.text === 'bad') throw new RangeError('boom')
          return message
        },
      },
    ])
    await server.says('hi')
    await pile(server, 'good', 'bad', 'late')
    expect(server.said.slice(1)).toEqual(['good'])
    expect(server.failures).toMatchObject([{ seq: 3, cause: 'RangeError: boom' }])
    server.skip()
    server.offer()
    await server.rest()
    expect(server.said.slice(1)).toEqual(['good', 'late'])
  })
})

describe('what goes out', () => {
  test('is changed and dropped before the commit', async () => {
    const server = parrot([
      {
        name: 'm',
        outgoing: async (said) =>
          said.flatMap((message) => {
            if (message.type !== 'text' || message.body.text === 'secret') return []
            return { ...message, body: { text: `${message.body.text}!` }, to: 'ana' }
          }),
      },
    ])
    await server.says('hi')
    await server.says('secret')
    expect(server.said).toEqual(['Began with hi!'])
    expect(server.commits[0]?.messages).toMatchObject([{ to: 'ana' }])
    expect(server.processed).toBe(2)
  })

  test('keeps the names of messages where others are added around them', async () => {
    const machine = setup({ types }).createMachine({
      id: 'm',
      context: { first: '' },
      entry: say('draft', { as: 'note' }),
      on: { message: { actions: edit('note', 'final') } },
    })
    const footer: Middleware = {
      name: 'footer',
      outgoing: (said) => [asText({ text: 'top' }), ...said, asText({ text: 'end' })],
    }
    const server = new FakeServer(bot({ id: 'bot', version: 1, machine, use: [footer] }))
    await server.says('hi')
    await server.says('again')
    // hi is 1, top 2, draft 3, end 4.
    expect(server.said.slice(3)).toEqual(['top', 'edit {"seq":3,"text":"final"}', 'end'])
  })

  test('that makes a middleware throw is rolled back, and nothing is said', async () => {
    let broken = false
    const server = parrot([
      {
        name: 'm',
        outgoing: (said) => {
          if (broken) throw new RangeError('boom')
          return said
        },
      },
    ])
    await server.says('hi')
    broken = true
    const { state } = server
    await server.says('one')
    expect(server).toMatchObject({
      said: ['Began with hi'],
      processed: 1,
      failures: [{ seq: 2, cause: 'RangeError: boom' }],
    })
    expect(server.state).toBe(state)
    broken = false
    server.offer()
    await server.rest()
    expect(server.said).toEqual(['Began with hi', 'one'])
  })
})

describe('a turn', () => {
  test('tells what was handled, what was said, and how it was committed', async () => {
    const turns: unknown[] = []
    const server = parrot([
      {
        name: 'm',
        turn: async (turn, next) => {
          const { bot, conversation, attempt, revision, run, trigger, now } = turn
          const before = { handled: turn.handled.length, committed: turn.committed }
          await next()
          const { handled, said, committed } = turn
          turns.push({ bot, conversation, attempt, revision, run, trigger, now, before, handled, said, committed })
        },
      },
    ])
    await server.says('hi')
    await server.says('wave')
    await server.close()
    const now = server.clock.now()
    expect(turns).toMatchObject([
      { bot: 'bot', conversation: 'ana~bot', attempt: 1, revision: 0, run: 'new', committed: { revision: 1, head: 2 } },
      {
        ...{ revision: 1, run: 'hot', now, before: { handled: 0, committed: undefined } },
        trigger: { kind: 'message', message: { seq: 2, payload: 'wave' } },
        handled: [{ kind: 'message', message: { seq: 2, text: 'wave' }, event: 'wave' }],
        said: [{ type: 'text', body: { text: 'Hello!' } }],
        committed: { revision: 2 },
      },
    ])
  })

  test('is around a timer, after a restart too', async () => {
    const turns: unknown[] = []
    const server = parrot([
      {
        name: 'm',
        turn: async (turn, next) => {
          await next()
          turns.push([turn.run, turn.trigger?.kind, turn.handled.map(({ kind }) => kind)])
        },
      },
    ])
    await server.says('hi')
    await server.restart()
    await server.wait(1_000)
    expect(server.said.at(-1)).toBe('tick')
    await server.close()
    expect(turns).toEqual([
      ['new', 'message', ['message']],
      ['restored', 'timer', ['timer']],
    ])
  })

  test('is one for each commit of a lease', async () => {
    const passed: string[] = []
    const server = parrot([witness('a', passed)])
    await pile(server, 'one', 'two')
    await server.close()
    expect(passed.filter((place) => place === 'a after')).toHaveLength(2)
    expect(server.commits).toHaveLength(2)
  })

  test.each<[string, Middleware['turn'], string]>([
    [
      'that throws before next()',
      async () => {
        throw new RangeError('boom')
      },
      'RangeError: boom',
    ],
    [
      'that never calls next()',
      async () => {},
      'Error: The middleware "m" did not call next(), so that nothing was handled',
    ],
  ])('%s is rolled back, and nothing is said', async (_, turn, cause) => {
    const server = parrot([{ name: 'm', ...(turn && { turn }) }])
    await server.says('hi')
    expect(server).toMatchObject({ said: [], processed: 0, failures: [{ cause }] })
  })

  test('that calls next() twice handles its message once', async () => {
    const warnings: unknown[] = []
    const log = { info: () => {}, warn: (fields: object) => warnings.push(fields) }
    const twice: Middleware = {
      name: 'm',
      turn: async (_, next) => {
        await next()
        await next()
      },
    }
    const server = parrot([twice], { log })
    await server.says('hi')
    expect(server).toMatchObject({ said: ['Began with hi'], failures: [] })
    await server.close()
    expect(warnings).toMatchObject([{ cause: 'Error: The middleware "m" called next() a second time: call it once' }])
  })

  test('has its commits done by middleware, too, each with what it says', async () => {
    const commits: unknown[] = []
    const server = parrot([
      {
        name: 'm',
        commit: async (turn, next) => {
          const before = turn.committed?.revision
          await next()
          commits.push([before, turn.revision])
        },
      },
    ])
    await pile(server, 'hi', 'one')
    await server.close()
    expect(commits).toEqual([
      [undefined, 0],
      [undefined, 1],
    ])
  })

  test('fails where its machine does, whatever a middleware makes of that', async () => {
    const seen: unknown[] = []
    const hushing: Middleware = {
      name: 'hush',
      turn: (_, next) => next().catch((error) => void seen.push(String(error))),
    }
    const failing = setup({ types }).createMachine({
      id: 'm',
      context: { first: '' },
      on: {
        message: {
          actions: () => {
            throw new RangeError('boom')
          },
        },
      },
    })
    const server = new FakeServer(bot({ id: 'bot', version: 1, machine: failing, use: [hushing] }))
    await server.says('hi')
    await server.says('boo')
    expect(seen).toEqual(['RangeError: boom'])
    expect(server.failures).toMatchObject([{ seq: 2, cause: 'RangeError: boom' }])
  })

  test('is done once it is committed: what throws after that is told to the log', async () => {
    const warnings: unknown[] = []
    const log = { info: () => {}, warn: (fields: object, message: string) => warnings.push({ ...fields, message }) }
    const late: Middleware = {
      name: 'late',
      turn: async (_, next) => {
        await next()
        throw new RangeError('too late')
      },
    }
    const server = parrot([late], { log })
    await pile(server, 'hi', 'one')
    expect(server).toMatchObject({ said: ['Began with hi', 'one'], failures: [] })
    await server.close()
    expect(warnings).toMatchObject(
      Array(2).fill({ cause: 'RangeError: too late', message: 'A middleware failed after its turn was committed' }),
    )
  })
})

describe('a bot that is busy', () => {
  const busy = (use: readonly Middleware[], options: { checkpointAfterMs?: number } = {}) => {
    let finish = () => {}
    const work = fromPromise(() => new Promise<void>((resolve) => (finish = resolve)))
    const machine = setup({ types: {} as { events: Heard; emitted: Said }, actors: { work } }).createMachine({
      id: 'm',
      initial: 'working',
      states: {
        working: {
          entry: say('One moment.'),
          invoke: { id: 'work', src: 'work', onDone: 'idle' },
          on: { cancel: { target: 'idle', actions: say('Stopped.') } },
        },
        idle: { entry: say('Done.'), on: { message: { actions: say('Yes?') } } },
      },
    })
    const server = new FakeServer(bot({ id: 'bot', version: 1, machine, use, ...options }))
    return { server, finish: () => finish() }
  }
  const translating: Middleware = {
    name: 'translating',
    incoming: async (message) => {
      await nextTick()
      return { ...message, text: message.text.replace('halt', 'cancel') }
    },
  }

  test('is interrupted by what a middleware has changed, in the turn that it is in', async () => {
    const handled: unknown[] = []
    const watching: Middleware = {
      name: 'watching',
      turn: async (turn, next) => {
        await next()
        handled.push(turn.handled.map((item) => item.kind === 'message' && [item.message.text, item.event]))
      },
    }
    const { server } = busy([watching, translating])
    server.write('hi')
    for (let i = 0; i < 5; i++) await nextTick()
    server.write('well')
    server.write('halt')
    await server.rest()
    expect(server.said).toEqual(['One moment.', 'Sorry, I did not understand that.', 'Stopped.', 'Done.'])
    await server.close()
    expect(handled).toEqual([
      [
        ['hi', undefined],
        ['well', undefined],
        ['cancel', 'cancel'],
      ],
    ])
    expect(server.commits).toHaveLength(1)
  })

  test('hears what was dropped meanwhile after that, not at all', async () => {
    const { server, finish } = busy([
      { name: 'm', incoming: (message, { reply }) => (message.text === 'spam' ? reply('No.') : message) },
    ])
    server.write('hi')
    await nextTick()
    server.write('spam')
    await nextTick()
    finish()
    await server.rest()
    expect(server.said).toEqual(['One moment.', 'Done.', 'No.'])
    expect(server.processed).toBe(2)
  })

  test('says what a middleware makes of it at a checkpoint, too, within one turn', async () => {
    const turns: unknown[] = []
    const shouting: Middleware = {
      name: 'shouting',
      turn: async (turn, next) => {
        await next()
        turns.push(turn.said.map((message) => message.type === 'text' && message.body.text))
      },
      outgoing: async (said) =>
        said.map((message) =>
          message.type === 'text' ? { ...message, body: { text: message.body.text.toUpperCase() } } : message,
        ),
    }
    const { server, finish } = busy([shouting], { checkpointAfterMs: 100 })
    server.write('hi')
    await nextTick()
    server.clock.advance(100)
    await nextTick()
    expect(server.said).toEqual(['ONE MOMENT.'])
    finish()
    await server.rest()
    expect(server.said).toEqual(['ONE MOMENT.', 'DONE.'])
    await server.close()
    expect(turns).toEqual([['ONE MOMENT.', 'DONE.']])
  })

  test('goes on from a checkpoint with no trigger, and what was left for its message is gone', async () => {
    const who = contextKey<string>('who')
    const turns: unknown[] = []
    const { server, finish } = busy(
      [
        {
          name: 'm',
          turn: async (turn, next) => {
            await next()
            turns.push([turn.run, turn.trigger, turn.get(who)])
          },
          incoming: (message, context) => {
            context.set(who, message.from)
            return message
          },
        },
      ],
      { checkpointAfterMs: 100 },
    )
    server.write('hi')
    await nextTick()
    server.clock.advance(100)
    await nextTick()
    server.crash()
    server.offer()
    await nextTick()
    finish()
    await server.rest()
    expect(server.said).toEqual(['One moment.', 'Done.'])
    await server.close()
    expect(turns).toEqual([['restored', undefined, undefined]])
  })
})

describe('the context', () => {
  const account = contextKey<{ plan: string }>('account')
  const seen = contextKey<number>('seen')

  test('takes typed values from one middleware to the others, those of a message into its own turn', async () => {
    const plans: unknown[] = []
    const server = parrot([
      {
        name: 'outer',
        turn: async (turn, next) => {
          turn.set(seen, 7)
          await next()
          plans.push(turn.get(account)?.plan)
        },
      },
      {
        name: 'accounts',
        incoming: (message, context) => {
          context.set(account, { plan: `${message.text} ${context.get(seen)}` })
          return message
        },
      },
      { name: 'inner', outgoing: (said, turn) => [...said, asText({ text: turn.get(account)?.plan ?? 'none' })] },
    ])
    await pile(server, 'free', 'paid')
    expect(server.said).toEqual(['Began with free', 'free 7', 'paid', 'paid 7'])
    await server.wait(1_000)
    expect(server.said.slice(-2)).toEqual(['tick', 'none'])
    await server.close()
    expect(plans).toEqual(['free 7', 'paid 7', undefined])
  })

  test('has no other values than its keys say', () => {
    const use: Middleware = {
      name: 'm',
      turn: async (turn, next) => {
        // @ts-expect-error an account is no number
        turn.set(account, 1)
        // @ts-expect-error a number has no plan
        turn.get(seen)?.plan
        await next()
      },
    }
    expect(use.name).toBe('m')
  })
})
