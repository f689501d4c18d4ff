import { afterEach, describe, expect, test } from 'vitest'
import {
  type Client,
  Closed,
  ConnectionLost,
  createClient,
  type Message,
  NotKept,
  Refused,
  type Saying,
  type SendOptions,
  type TransportMessage,
} from '../../src/index.js'
import { JournalServer } from '../support/journal-server.js'
import { ManualClock } from '../support/manual-clock.js'
import type { Published, ScriptedConnection } from '../support/scripted-server.js'
import { seededRandom } from '../support/seeded-random.js'

const clients: Client[] = []
afterEach(() => Promise.all(clients.splice(0).map((client) => client.close({ giveUpAfterMs: 0 }))))

const start = (options: { since?: string } = {}) => {
  const server = new JournalServer('ana')
  const clock = new ManualClock()
  const client = createClient({ identity: 'ana', transport: server.open, clock, random: seededRandom(), ...options })
  clients.push(client)
  const heard: Message[] = []
  client.onMessage((message) => heard.push(message))
  return { server, clock, client, heard }
}

const textOf = ({ payload }: { payload: Uint8Array }) => new TextDecoder().decode(payload)

/** Loses the connection and resolves when the client has another one. */
const reconnect = async ({ server, clock, client }: ReturnType<typeof start>) => {
  server.connection.lose()
  clock.advance(10_000)
  await client.online()
}

/** Resolves when somebody waits for the clock. */
const untilWaiting = async (clock: ManualClock) => {
  while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
}

const answer = (
  { responseTopic = '', correlationData }: TransportMessage,
  connection: ScriptedConnection,
  body: unknown,
) =>
  connection.deliver({
    topic: responseTopic,
    ...(correlationData && { correlationData }),
    payload: new TextEncoder().encode(JSON.stringify(body)),
  })

/** What is said is acknowledged and not delivered; calls are answered with `body`. */
const acknowledgeOnly = (server: JournalServer, body: unknown) => {
  server.interfere = ({ message, acknowledge }, connection) => {
    acknowledge()
    if (message.responseTopic) answer(message, connection, body)
    return 'handled'
  }
}

describe('sending', () => {
  test('resolves with the message as it stands in the journal', async () => {
    const { client } = start()
    const sent = await client.to('order-bot').send('hi', { replyTo: 'x' })
    expect(sent).toMatchObject({ conversation: 'ana~order-bot', seq: 1, from: 'ana', type: 'text', replyTo: 'x' })
    expect(sent.text).toBe('hi')
  })

  test('keeps the order in which things were said', async () => {
    const { server, client } = start()
    const bot = client.to('order-bot')
    await Promise.all(['one', 'two', 'three'].map((text) => bot.send(text)))
    expect(server.inbox.map(({ message }) => textOf(message))).toEqual(['one', 'two', 'three'])
  })

  test('sends again what was committed while its acknowledgement was lost, and it stays one message', async () => {
    const scene = start()
    const { server, client, heard } = scene
    const bot = client.to('order-bot')
    const committed = new Promise<void>((resolve) => {
      server.interfere = ({ message }) => {
        server.interfere = undefined
        server.commit(message)
        resolve()
        return 'handled'
      }
    })
    server.deliver = swallowOnce(server)
    const sent = bot.send('hi')
    await committed
    await reconnect(scene)
    expect(await sent).toMatchObject({ seq: 1 })
    expect(server.inbox).toHaveLength(1)
    expect(heard).toHaveLength(1)
  })

  test('sends again, in order, what was lost on the way', async () => {
    const scene = start()
    const { server, client } = scene
    await client.online()
    const lost = new Promise<void>((resolve) => {
      server.interfere = ({ message }) => {
        if (textOf(message) === 'three') resolve()
        return 'handled'
      }
    })
    const bot = client.to('order-bot')
    const sent = ['one', 'two', 'three'].map((text) => bot.send(text))
    await lost
    server.interfere = undefined
    await reconnect(scene)
    await Promise.all(sent)
    expect(server.inbox.map(({ message }) => textOf(message))).toEqual(['one', 'two', 'three'])
  })

  test('keeps the order also where the inbox begins anew, and what was acknowledged may be gone', async () => {
    const { server, client, clock } = start()
    await client.online()
    const lost = new Promise<void>((resolve) => {
      server.interfere = ({ message, acknowledge }) => {
        if (textOf(message) === 'one') acknowledge()
        else resolve()
        return 'handled'
      }
    })
    const bot = client.to('order-bot')
    const sent = ['one', 'two'].map((text) => bot.send(text))
    await lost
    await Promise.resolve()
    server.interfere = undefined
    server.connection.lose()
    server.startOver()
    server.says('order-bot', 'ana~order-bot', 'hello')
    clock.advance(10_000)
    await Promise.all(sent)
    expect(server.inbox.map(({ message }) => textOf(message))).toEqual(['hello', 'one', 'two'])
  })

  test('sends the same id once, however often it is asked to', async () => {
    const { server, client } = start()
    const bot = client.to('order-bot')
    const sent = await Promise.all([bot.send('hi', { id: 'order-1' }), bot.send('hi', { id: 'order-1' })])
    expect(sent.map(({ seq }) => seq)).toEqual([1, 1])
    expect(server.inbox).toHaveLength(1)
  })

  test('finds a message in the journal that was committed before this client listened', async () => {
    const { server, client, clock, heard } = start()
    const pages: unknown[] = []
    server.interfere = ({ message, acknowledge }, connection) => {
      acknowledge()
      if (message.responseTopic) pages.push(answerPage(message, connection))
      return 'handled'
    }
    await client.online()
    const sent = client.to('order-bot').send('hi', { id: 'order-1' })
    await untilWaiting(clock)
    clock.advance(1_000)
    expect(await sent).toMatchObject({ id: 'order-1', seq: 1, from: 'ana' })
    expect(pages).toEqual([{ conversation: 'ana~order-bot' }, { conversation: 'ana~order-bot', before: 2 }])
    expect(heard).toEqual([])
    expect(clock.waiting).toBe(0)
  })

  test('tells of a message that was taken before, and is not kept any more', async () => {
    const { server, client, clock } = start()
    acknowledgeOnly(server, { result: { messages: [], first: 8, head: 7 } })
    await client.online()
    const sent = client.to('order-bot').send('hi', { id: 'order-1' })
    const told = expect(sent).rejects.toThrow(NotKept)
    await untilWaiting(clock)
    clock.advance(1_000)
    await told
  })

  test('tells why it cannot know whether a message was taken before', async () => {
    const { server, client, clock } = start()
    acknowledgeOnly(server, { error: { code: -32_001, message: 'Not a member' } })
    await client.online()
    const sent = client.to('order-bot').send('hi', { id: 'order-1' })
    const told = expect(sent).rejects.toThrow('Not a member')
    await untilWaiting(clock)
    clock.advance(1_000)
    await told
  })

  test('tells of a message that is gone when the inbox has begun anew without it', async () => {
    const { server, client, clock } = start()
    await client.online()
    acknowledgeOnly(server, { result: { messages: [], first: 8, head: 7 } })
    const sent = client.to('order-bot').send('hi')
    const told = expect(sent).rejects.toThrow(NotKept)
    await Promise.resolve()
    server.connection.lose()
    server.startOver()
    server.says('order-bot', 'ana~order-bot', 'hello')
    clock.advance(10_000)
    await client.online()
    await untilWaiting(clock)
    clock.advance(1_000)
    await told
  })

  test('waits while there is no connection', async () => {
    const { server, clock, client } = start()
    await client.online()
    server.connection.lose()
    const sent = client.to('order-bot').send('hi')
    clock.advance(10_000)
    expect(await sent).toMatchObject({ seq: 1 })
  })

  test('rejects what is refused, and goes on with what comes after', async () => {
    const { server, client } = start()
    const refusal = new Refused(0x99, 'The property id is too long.')
    server.interfere = ({ message, refuse }: Published) => {
      if (textOf(message) !== 'bad') return 'go on'
      refuse(refusal)
      return 'handled'
    }
    const bot = client.to('order-bot')
    const [bad, good] = await Promise.allSettled([bot.send('bad'), bot.send('good')])
    expect(bad).toEqual({ status: 'rejected', reason: refusal })
    expect(good).toMatchObject({ status: 'fulfilled', value: { seq: 1 } })
  })

  describe('what is refused for now', () => {
    const notNow = () => new Refused(0x97, 'The server does not reach its store for now: try again in a moment.')

    /** Refuses what is said, until `takes` is true; tells what has come. */
    const refusing = (server: JournalServer) => {
      const state = { takes: false, came: [] as string[] }
      server.interfere = ({ message, refuse }) => {
        state.came.push(textOf(message))
        if (state.takes) return 'go on'
        refuse(notNow())
        return 'handled'
      }
      return state
    }

    test('is sent again a little later, in its order, and with what was said meanwhile', async () => {
      const { server, client, clock } = start()
      await client.online()
      const state = refusing(server)
      const bot = client.to('order-bot')
      const sent = [bot.send('one'), bot.send('two')]
      await untilWaiting(clock)
      sent.push(bot.send('three'))
      expect(state.came).toEqual(['one', 'two'])
      state.takes = true
      clock.advance(10_000)
      expect((await Promise.all(sent)).map(({ seq }) => seq)).toEqual([1, 2, 3])
      expect(server.inbox.map(({ message }) => textOf(message))).toEqual(['one', 'two', 'three'])
      expect(clock.waiting).toBe(0)
    })

    test('is not called refused where an earlier copy of it was taken', async () => {
      const scene = start()
      const { server, client, clock } = scene
      await client.online()
      const committed = new Promise<void>((resolve) => {
        server.interfere = ({ message }) => {
          server.commit(message)
          resolve()
          return 'handled'
        }
      })
      server.deliver = swallowOnce(server)
      const sent = client.to('order-bot').send('hi')
      await committed
      const state = refusing(server)
      server.onSubscribe = undefined
      await reconnect(scene)
      await untilWaiting(clock)
      state.takes = true
      clock.advance(10_000)
      expect(server.inbox).toHaveLength(1)
      expect(state.came).toEqual(['hi', 'hi'])
      server.deliver(server.inbox[0] as (typeof server.inbox)[number])
      expect(await sent).toMatchObject({ seq: 1 })
    })

    test('is not overtaken by what was said before its refusal has come', async () => {
      const { server, client, clock } = start()
      await client.online()
      const bot = client.to('order-bot')
      const first = new Promise<Published>((resolve) => {
        server.interfere = (published) => {
          server.interfere = undefined
          resolve(published)
          return 'handled'
        }
      })
      const sent = [bot.send('one')]
      const { refuse } = await first
      sent.push(bot.send('two'), client.to('ben').send('three'))
      refuse(notNow())
      await untilWaiting(clock)
      expect(server.inbox.map(({ message }) => textOf(message))).toEqual(['three'])
      clock.advance(10_000)
      await Promise.all(sent)
      expect(server.inbox.map(({ message }) => textOf(message))).toEqual(['three', 'one', 'two'])
    })

    test('goes at once where only what was refused for good was in its way', async () => {
      const { server, client, clock } = start()
      await client.online()
      const onPublish = server.onPublish
      server.onPublish = (published, connection) => {
        if (textOf(published.message) === 'bad') published.refuse(new Refused(0x99, 'The id is too long.'))
        else onPublish?.(published, connection)
      }
      const bot = client.to('order-bot')
      const [bad, good, better] = await Promise.allSettled([bot.send('bad'), bot.send('good'), bot.send('better')])
      expect([bad.status, good, better]).toMatchObject(['rejected', { value: { seq: 1 } }, { value: { seq: 2 } }])
      expect(clock.waiting).toBe(0)
    })

    test('is not overtaken where what came between was refused for good', async () => {
      const { server, client, clock } = start()
      await client.online()
      const held: Published[] = []
      server.interfere = (published) => {
        held.push(published)
        return held.length <= 2 ? 'handled' : 'go on'
      }
      const bot = client.to('order-bot')
      const [one, two] = [bot.send('one'), bot.send('two')]
      held[1]?.refuse(new Refused(0x95, 'Too large.'))
      await expect(two).rejects.toMatchObject({ reasonCode: 0x95 })
      const three = bot.send('three')
      held[0]?.refuse(notNow())
      await untilWaiting(clock)
      clock.advance(10_000)
      expect([(await one).seq, (await three).seq]).toEqual([1, 2])
    })

    test('waits for its time where only some of it was taken', async () => {
      const { server, client, clock } = start()
      await client.online()
      let came = 0
      server.interfere = ({ refuse }) => {
        if (++came % 2 === 1) return 'go on'
        refuse(notNow())
        return 'handled'
      }
      const bot = client.to('order-bot')
      const sent = [bot.send('one'), bot.send('two')]
      await sent[0]
      await untilWaiting(clock)
      expect(came).toBe(2)
      clock.advance(10_000)
      expect((await Promise.all(sent)).map(({ seq }) => seq)).toEqual([1, 2])
    })

    test('keeps nothing waiting where another copy of it was taken', async () => {
      const { server, client, clock } = start()
      await client.online()
      server.interfere = ({ message, refuse }) => {
        server.commit(message)
        refuse(notNow())
        return 'handled'
      }
      expect(await client.to('order-bot').send('hi')).toMatchObject({ seq: 1 })
      await new Promise((resolve) => setImmediate(resolve))
      expect(clock.waiting).toBe(0)
    })

    test('goes at once with a new connection', async () => {
      const scene = start()
      const { server, client, clock } = scene
      await client.online()
      const state = refusing(server)
      const sent = client.to('order-bot').send('hi')
      await untilWaiting(clock)
      state.takes = true
      await reconnect(scene)
      expect(await sent).toMatchObject({ seq: 1 })
      expect(state.came).toEqual(['hi', 'hi'])
    })
  })

  test('is refused by a client that was closed', async () => {
    const { client } = start()
    await client.online()
    await client.close()
    await expect(client.to('order-bot').send('hi')).rejects.toBeInstanceOf(Closed)
  })

  test('rejects all that waits when the client is refused for good', async () => {
    const { server, client } = start()
    await client.online()
    const refusal = new Refused(0x86, 'The password is wrong.')
    server.interfere = () => 'handled'
    const sent = client.to('order-bot').send('hi')
    server.connection.lose(refusal)
    await expect(sent).rejects.toBe(refusal)
    expect(client.status).toEqual({ state: 'closed', reason: refusal })
  })
})

/** Answers `history/read` with pages of one message: ana's, and before it, of the same id, the bot's. */
const answerPage = (message: TransportMessage, connection: ScriptedConnection) => {
  const asked = JSON.parse(textOf(message)) as { before?: number }
  const [seq, from] = asked.before === 2 ? [1, 'ana'] : [2, 'order-bot']
  const envelope = { seq, id: 'order-1', from, at: 1, type: 'text', payload: 'hi', encoding: 'utf8' }
  answer(message, connection, { result: { messages: [envelope], first: 1, head: 2 } })
  return asked
}

/** The first delivery is lost with its connection. */
const swallowOnce = (server: JournalServer): JournalServer['deliver'] => {
  const deliver = server.deliver.bind(server)
  return () => {
    server.deliver = deliver
  }
}

describe('what is said', () => {
  test('may be of any type that is known, and is read in the same way', async () => {
    const { client } = start()
    const body = { text: 'Which size?', choices: [{ label: 'small' }, { label: 'large' }] }
    const { content, text } = await client.to('bob').send({ type: 'choices', body })
    expect(content).toEqual({ ok: true, type: 'choices', body })
    expect(text).toBeUndefined()
  })

  describe('and is no plain text', () => {
    const body = { text: 'Which size?', choices: [{ label: 'small' }] }
    /** What travelled as its plain text, and what its sender and its receivers read as that. */
    const said = async (saying: Saying, options?: SendOptions) => {
      const { server, client } = start()
      const { plain } = await client.to('bob').send(saying, options)
      const [entry] = server.inbox
      return { travelled: new Map(entry?.message.userProperties).get('plain'), plain }
    }

    test('travels with its plain text, in which a line ends with U+2028', async () => {
      const both = { travelled: 'Which size?\u20281. small', plain: 'Which size?\n1. small' }
      expect(await said({ type: 'choices', body })).toEqual(both)
      const payload = new TextEncoder().encode(JSON.stringify(body))
      expect(await said({ type: 'choices', payload })).toEqual(both)
    })

    test('travels with the plain text that its sender gives, made fit and cut to what MQTT takes', async () => {
      const given = await said({ type: 'choices', body }, { plain: 'Small\tor\r\nnot?' })
      expect(given).toEqual({ travelled: 'Small or\u2028not?', plain: 'Small or\nnot?' })
      const long = await said({ type: 'sonar', payload: new Uint8Array(5) }, { plain: 'a'.repeat(70_000) })
      expect(long.travelled).toBe(`${'a'.repeat(65_532)}…`)
    })

    test('travels without it where it is for programs, or nobody knows its type', async () => {
      const none = { travelled: undefined, plain: undefined }
      expect(await said({ type: 'event', body: { name: 'done' } })).toEqual(none)
      expect(await said({ type: 'sonar', payload: new Uint8Array(5) })).toEqual(none)
    })

    test('is read as text by its body where its sender gave none', async () => {
      const { server, client, heard } = start()
      await client.online()
      server.says('order-bot', 'ana~order-bot', JSON.stringify(body), [['type', 'choices']])
      expect(heard).toMatchObject([{ plain: 'Which size?\n1. small', properties: [] }])
    })
  })

  test('that is plain text already travels without another, and is its own', async () => {
    const { server, client } = start()
    expect((await client.to('bob').send('hi')).plain).toBe('hi')
    expect(new Map(server.inbox[0]?.message.userProperties).has('plain')).toBe(false)
  })

  test('may be of a type that nobody knows, and is handed over as it came', async () => {
    const { client } = start()
    const payload = new Uint8Array([0, 255])
    const { type, content } = await client.to('bob').send({ type: 'sonar', contentType: 'x/sonar', payload })
    expect(type).toBe('sonar')
    expect(content).toMatchObject({ ok: false, reason: 'unknown type', payload })
  })

  test('is refused here where it is not what its type says', async () => {
    const { server, client } = start()
    const body = { text: 'Which size?', choices: [] }
    await expect(client.to('bob').send({ type: 'choices', body })).rejects.toBeInstanceOf(TypeError)
    expect(server.inbox).toEqual([])
  })
})

describe('hearing', () => {
  test('brings what others say, with its place in the journal', async () => {
    const { server, client, heard } = start()
    await client.online()
    server.says('order-bot', 'ana~order-bot', 'Welcome.')
    expect(heard).toMatchObject([
      { conversation: 'ana~order-bot', seq: 1, from: 'order-bot', type: 'text', at: 1_800_000_000_000 },
    ])
  })

  test('goes on after a new connection where the last one ended', async () => {
    const scene = start()
    const { server, client, heard } = scene
    await client.online()
    server.says('order-bot', 'ana~order-bot', 'one')
    server.connection.lose()
    server.says('order-bot', 'ana~order-bot', 'two')
    scene.clock.advance(10_000)
    await client.online()
    server.says('order-bot', 'ana~order-bot', 'three')
    expect(heard.map(textOf)).toEqual(['one', 'two', 'three'])
    expect(client.position).toBe('1:3')
  })

  test('misses nothing even where nothing was heard before the connection was lost', async () => {
    const scene = start()
    const { server, client, heard } = scene
    await client.online()
    server.connection.lose()
    server.says('order-bot', 'ana~order-bot', 'Are you still there?')
    scene.clock.advance(10_000)
    await client.online()
    expect(heard.map(textOf)).toEqual(['Are you still there?'])
  })

  test('drops what comes twice', async () => {
    const { server, client, heard } = start()
    await client.online()
    const entry = server.says('order-bot', 'ana~order-bot', 'Welcome.')
    server.deliver(entry)
    expect(heard).toHaveLength(1)
  })

  test('begins where an earlier client ended', async () => {
    const { server, client } = start({ since: '1:7' })
    await client.online()
    expect(server.connection.subscribed).toContainEqual({
      filter: 'daak/conversations/+/messages',
      userProperties: [['since', '1:7']],
    })
  })

  test('tells when the inbox began anew, and hears the new one from its start', async () => {
    const scene = start()
    const { server, client, heard } = scene
    let resyncs = 0
    client.onResync(() => resyncs++)
    await client.online()
    server.says('order-bot', 'ana~order-bot', 'of the old journal')
    server.connection.lose()
    server.startOver()
    server.says('order-bot', 'ana~order-bot', 'of the new journal')
    scene.clock.advance(10_000)
    await client.online()
    expect(resyncs).toBe(1)
    expect(heard.map(({ seq, payload }) => [seq, textOf({ payload })])).toEqual([
      [1, 'of the old journal'],
      [1, 'of the new journal'],
    ])
  })

  test('gives a conversation its own messages only', async () => {
    const { server, client } = start()
    const heard: Message[] = []
    client.to('order-bot').onMessage((message) => heard.push(message))
    await client.online()
    server.says('bob', 'ana~bob', 'Lunch?')
    server.says('order-bot', 'ana~order-bot', 'Welcome.')
    expect(heard.map(textOf)).toEqual(['Welcome.'])
  })

  test('can be iterated over, from when the iteration was made until the client is closed', async () => {
    const { server, client } = start()
    const messages = client.messages()
    await client.online()
    server.says('order-bot', 'ana~order-bot', 'one')
    server.says('order-bot', 'ana~order-bot', 'two')
    await client.close()
    const heard: string[] = []
    for await (const message of messages) heard.push(textOf(message))
    expect(heard).toEqual(['one', 'two'])
  })

  test('ends an iteration with the reason when the client is refused for good', async () => {
    const { server, client } = start()
    const next = client.messages().next()
    await client.online()
    server.connection.lose(new Refused(0x87, 'This name is not yours.'))
    await expect(next).rejects.toBeInstanceOf(Refused)
  })

  test('is refused with the reason where the client may not read its inbox', async () => {
    const { server, client } = start()
    const refusal = new Refused(0x87)
    server.refusals.set('daak/conversations/+/messages', refusal)
    await expect(client.online()).rejects.toBe(refusal)
  })
})

describe('the timeline', () => {
  test('shows my own message while it is on its way, and once when it is there', async () => {
    const { client } = start()
    const { timeline, ...bot } = bound(client)
    const shown: string[] = []
    timeline.subscribe(() => shown.push(timeline.entries.map(({ status }) => status).join()))
    await bot.send('hi')
    expect(shown).toEqual(['sending', 'sent'])
  })

  test('shows why a message failed', async () => {
    const { server, client } = start()
    const { timeline, send } = bound(client)
    const refusal = new Refused(0x87, 'You are no member.')
    server.interfere = ({ refuse }) => {
      refuse(refusal)
      return 'handled'
    }
    await send('hi').catch(() => {})
    expect(timeline.entries).toMatchObject([{ status: 'failed', error: refusal }])
  })

  test('puts history before what was heard, each message once', async () => {
    const { server, client } = start()
    const { timeline, history } = bound(client)
    await client.online()
    server.inbox.length = 2
    server.inbox.fill({
      conversation: 'ana~order-bot',
      seq: 0,
      from: 'x',
      message: { topic: '', payload: new Uint8Array() },
    })
    server.says('order-bot', 'ana~order-bot', 'three')
    server.interfere = answerHistory
    await history({ limit: 3 })
    expect(timeline.entries.map(({ message }) => textOf(message))).toEqual(['one', 'two', 'three'])
  })

  test('gives the same list until something changes', async () => {
    const { client } = start()
    const { timeline, send } = bound(client)
    const before = timeline.entries
    expect(timeline.entries).toBe(before)
    await send('hi')
    expect(timeline.entries).not.toBe(before)
  })
})

const bound = (client: Client) => {
  const conversation = client.to('order-bot')
  return {
    timeline: conversation.timeline,
    send: conversation.send.bind(conversation),
    history: conversation.history.bind(conversation),
  }
}

const answerHistory: JournalServer['interfere'] = ({ message, acknowledge }, connection) => {
  const messages = ['one', 'two', 'three'].map((payload, i) => ({
    seq: i + 1,
    id: `h${i + 1}`,
    from: 'order-bot',
    at: 1,
    type: 'text',
    payload,
    encoding: 'utf8',
  }))
  connection.deliver({
    topic: message.responseTopic ?? '',
    ...(message.correlationData && { correlationData: message.correlationData }),
    payload: new TextEncoder().encode(JSON.stringify({ result: { messages, first: 1, head: 3 } })),
  })
  acknowledge()
  return 'handled'
}

describe('the state of a bot', () => {
  const state = { value: 'asking', tags: [], accepts: ['message'], processed: 1, revision: 1, head: 2, status: 'ready' }
  const tell = (server: JournalServer, body: unknown, name = 'order-bot') =>
    server.connection.deliver({
      topic: `daak/conversations/ana~order-bot/state/${name}`,
      payload: new TextEncoder().encode(JSON.stringify(body)),
    })

  test('is told to those who ask, the newest one at once', async () => {
    const { server, client } = start()
    const bot = client.to('order-bot')
    const heard: unknown[] = []
    bot.onState((name, { processed }) => heard.push([name, processed]))
    await client.online()
    tell(server, state)
    tell(server, { ...state, processed: 3 })
    bot.onState((name, { processed }) => heard.push([name, processed]))
    expect(heard).toEqual([
      ['order-bot', 1],
      ['order-bot', 3],
      ['order-bot', 3],
    ])
    expect(bot.state('order-bot')).toMatchObject({ processed: 3 })
  })

  test('is passed over where it cannot be read', async () => {
    const { server, client } = start()
    const bot = client.to('order-bot')
    bot.onState(() => {})
    await client.online()
    tell(server, 'nonsense')
    expect(bot.state('order-bot')).toBeUndefined()
  })

  test('of who had the conversation by a hand-over is over, where it came back while the client was away', async () => {
    const { server, clock, client, heard } = start()
    const bot = client.to('order-bot')
    await client.online()
    const told: [string, unknown][] = []
    bot.onState((name, { value }) => told.push([name, value]))
    tell(server, { ...state, handedTo: 'support' })
    tell(server, { ...state, value: 'helping' }, 'support')
    tell(server, { ...state, handedTo: 'billing' })
    tell(server, { ...state, value: 'helping', handedTo: 'billing' }, 'support')
    tell(server, { ...state, value: 'paying' }, 'billing')
    expect(bot.state('support')).toMatchObject({ value: 'helping' })

    await reconnect({ server, clock, client, heard })
    told.length = 0
    tell(server, { ...state, value: 'done' })
    expect(told).toEqual([
      ['order-bot', 'done'],
      ['support', null],
      ['billing', null],
    ])
    expect(bot.state('billing')).toMatchObject({ value: null, accepts: [] })

    tell(server, { ...state, value: 'asking' })
    expect(told).toHaveLength(4)
  })
})

describe('closing', () => {
  test('waits until everything is acknowledged', async () => {
    const { server, client } = start()
    await client.online()
    let acknowledge = () => {}
    const arrived = new Promise<void>((resolve) => {
      server.interfere = (published) => {
        acknowledge = published.acknowledge
        server.commit(published.message)
        resolve()
        return 'handled'
      }
    })
    server.deliver = () => {}
    const sent = client.to('order-bot').send('hi')
    await arrived
    let closed = false
    const closing = client.close().then(() => {
      closed = true
    })
    await Promise.resolve()
    expect(closed).toBe(false)
    acknowledge()
    await closing
    await expect(sent).rejects.toBeInstanceOf(Closed)
  })

  test('gives up after the time it was given', async () => {
    const { server, clock, client } = start()
    server.down = new ConnectionLost('nobody there')
    await client.online()
    server.connection.lose()
    const sent = client.to('order-bot').send('hi')
    const closing = client.close({ giveUpAfterMs: 1_000 })
    clock.advance(1_000)
    await closing
    await expect(sent).rejects.toBeInstanceOf(Closed)
  })
})

describe('making a client', () => {
  test.each(['', 'a b', 'ana~bob', 'x'.repeat(129)])('refuses %j as a name', (identity) => {
    const { open } = new JournalServer('ana')
    expect(() => createClient({ identity, transport: open })).toThrow(RangeError)
  })

  test('refuses a conversation with itself, or with a name that no client can have', () => {
    const { client } = start()
    expect(() => client.to('ana')).toThrow('A client has no conversation with itself.')
    expect(() => client.to('order bot')).toThrow(RangeError)
  })

  test.each(['127.0.0.1:1883', 'localhost:1883', 'http://127.0.0.1'])('refuses the url %s', (url) => {
    expect(() => createClient({ identity: 'ana', url })).toThrow(`"${url}" is no url of a server`)
  })

  test('refuses a position of another form', () => {
    expect(() => start({ since: 'yesterday' })).toThrow('"yesterday" is not a position on an inbox.')
  })
})
