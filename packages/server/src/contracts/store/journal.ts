import type { Behaviours } from '../kit.js'
import { rejectsWith, same } from '../kit.js'
import { append, found, message, room, type StoreBench, say, seqs, vendor } from './fixtures.js'

export const journalBehaviours: Behaviours<StoreBench> = {
  'makes a conversation once, however many ask at the same time': async ({ subject: store }) => {
    const askers = ['x', 'y', 'z'].map((each) => store.conversation(vendor, room, { members: ['ana', each], at: 1 }))
    const answers = await Promise.all(askers)
    same(new Set(answers.map((each) => JSON.stringify(each))).size, 1)
    same(answers[0]?.members.length, 2)
  },
  'answers undefined for a conversation that nobody made': async ({ subject: store }) => {
    same(await store.conversation(vendor, room), undefined)
  },
  'tells members, time of founding, first and head of a conversation': async ({ subject: store }) => {
    await found(store)
    await say(store, 'a')
    same(await store.conversation(vendor, room), {
      id: room,
      members: ['ana', 'shop'],
      createdAt: 500,
      first: 1,
      head: 1,
      bots: [],
    })
  },
  'refuses a message to a conversation that nobody made': async ({ subject: store }) => {
    await rejectsWith(say(store, 'a'), 'UnknownConversation')
  },
  'numbers the messages of a conversation 1, 2, 3 …': async ({ subject: store }) => {
    await found(store)
    await found(store, 'bo~shop')
    const answers = await Promise.all([
      say(store, 'a'),
      say(store, 'b'),
      say(store, 'x', { from: 'bo' }, 'bo~shop'),
      say(store, 'c'),
    ])
    same(seqs(answers), [1, 2, 1, 3])
  },
  'takes a message with the same sender and id once, and answers as the first time': async ({ subject: store }) => {
    await found(store)
    const first = await say(store, 'a', { at: 1_000 })
    const again = await Promise.all([say(store, 'a', { at: 2_000 }), say(store, 'a', { at: 3_000 })])
    same(first, { seq: 1, at: 1_000, duplicate: false })
    same(again, [
      { seq: 1, at: 1_000, duplicate: true },
      { seq: 1, at: 1_000, duplicate: true },
    ])
    same((await store.read(vendor, room, { limit: 10 })).length, 1)
  },
  'adds a message that is to come after another of its sender only when that one is there': async ({
    subject: store,
  }) => {
    await found(store)
    await say(store, 'a', { from: 'shop' })
    const after = { after: 'a' }
    await rejectsWith(store.append(vendor, room, message('b'), after), 'NotThere')
    const answers = await Promise.all([say(store, 'a'), append(store, vendor, room, message('b'), after)])
    same(seqs(answers), [2, 3])
    same(await append(store, vendor, room, message('b'), { after: 'z' }), { ...answers[1], duplicate: true })
  },
  'tells messages of the same id apart by sender, conversation and vendor': async ({ subject: store }) => {
    await found(store)
    await found(store, 'ana~bo')
    await store.conversation('other', room, { members: ['ana', 'shop'], at: 1 })
    const answers = [
      await say(store, 'a'),
      await say(store, 'a', { from: 'shop' }),
      await say(store, 'a', {}, 'ana~bo'),
      await store.append('other', room, message('a')),
    ]
    same(
      answers.map(({ seq, duplicate }) => [seq, duplicate]),
      [
        [1, false],
        [2, false],
        [1, false],
        [1, false],
      ],
    )
  },
  'gives a message back whole': async ({ subject: store }) => {
    await found(store)
    const whole = message('a', {
      payload: Uint8Array.of(0, 255, 128),
      contentType: 'application/json',
      replyTo: 'z',
      to: 'shop',
      traceparent: '00-1-2-01',
      plain: 'one\ntwo',
      properties: [
        ['k', 'v'],
        ['k', 'w'],
      ],
    })
    await store.append(vendor, room, whole)
    await say(store, 'b', { to: 'shop' })
    same(await store.read(vendor, room, { limit: 10 }), [
      { seq: 1, ...whole },
      { seq: 2, ...message('b', { to: 'shop' }) },
    ])
  },
  'reads between two numbers, oldest first': async ({ subject: store }) => {
    await found(store)
    for (const id of ['a', 'b', 'c', 'd', 'e']) await say(store, id)
    const read = async (range: { after?: number; before?: number; limit: number }) =>
      seqs(await store.read(vendor, room, range))
    same(await read({ after: 1, before: 5, limit: 10 }), [2, 3, 4])
    same(await read({ after: 1, limit: 2 }), [2, 3])
    same(await read({ after: 0, limit: 2 }), [1, 2])
    same(await read({ limit: 2 }), [4, 5])
    same(await read({ before: 4, limit: 2 }), [2, 3])
    same(await read({ after: 5, limit: 2 }), [])
  },
  'keeps all of it when it is opened anew': async (bench) => {
    await found(bench.subject)
    await say(bench.subject, 'a')
    const store = await bench.reopen()
    same(await say(store, 'a'), { seq: 1, at: 1_000, duplicate: true })
    same((await say(store, 'b')).seq, 2)
  },
}
