import type { Outcome, Store, Work } from '../../persistence/port.js'
import { type Behaviours, holds, same } from '../kit.js'
import {
  bot,
  commit,
  commitOf,
  message,
  room,
  type StoreBench,
  say,
  seqs,
  texts,
  utterance,
  vendor,
  waiting,
  withBot,
} from './fixtures.js'

/** A bot that wants to be told begins a try. */
const begin = async (store: Store): Promise<Work> => {
  const work = await store.begin(vendor, room, bot, 2_000, { tellFailures: true })
  holds(work, 'something waits')
  return work as Work
}

type Culprit = { seq?: number; timer?: string }

const failThrice = async (store: Store, culprit: Culprit): Promise<void> => {
  for (let i = 0; i < 3; i++) {
    const { revision } = await begin(store)
    await commit(store, { kind: 'failed', revision, cause: 'boom', ...culprit })
  }
}

const failed = (revision: number, cause: string): Outcome => ({ kind: 'failed', revision, cause })

const letters = async (store: Store) => (await store.deadLetters(vendor, { limit: 10 })).items

/** A bot with an apology has failed at a message thrice, and is being told. */
const told = async (store: Store): Promise<Work> => {
  await withBot(store, 'Sorry!')
  await say(store, 'bad')
  await failThrice(store, { seq: 1 })
  return begin(store)
}

export const tellingFailuresBehaviours: Behaviours<StoreBench> = {
  'tells a bot what it failed at, in place of other work, when that is set aside': async ({ subject: store }) => {
    await withBot(store, 'Sorry!')
    await say(store, 'bad')
    await say(store, 'good')
    await failThrice(store, { seq: 1 })
    const work = await begin(store)
    same(work.failed, { cause: 'boom', attempts: 3, message: { seq: 1, ...message('bad') } })
    same([work.attempt, work.revision, work.processed, work.events], [1, 1, 1, []])
    same(await texts(store), ['bad', 'good'])
    const [letter, ...more] = await letters(store)
    same([letter?.cause, letter?.tries.length, more], ['boom', 3, []])
  },
  'lets what the bot commits stand, gives what waits next, and apologises no more': async (bench) => {
    const { revision } = await told(bench.subject)
    await say(bench.subject, 'next')
    const mine = commitOf('x', { revision, processed: 1, state: { in: 'trouble' }, messages: [utterance('Oh.')] })
    const settled = await commit(bench.subject, { ...mine, keep: true })
    same(settled.kind === 'applied' && seqs(settled.next?.events ?? []), [2])
    same((await commit(bench.subject, mine)).kind, 'repeated')
    const store = await bench.reopen()
    const work = await begin(store)
    same([work.failed, work.stateJson, seqs(work.events)], [undefined, '{"in":"trouble"}', [2]])
    same(await texts(store), ['bad', 'next', 'Oh.'])
    same((await letters(store)).length, 1)
  },
  'gives nothing else to a turn in which a failure is told, and waits for it': async ({ subject: store }) => {
    await told(store)
    await say(store, 'next')
    const work = await store.begin(vendor, room, bot, 2_000, { count: false })
    same([work?.events, work?.timers, work?.failed?.attempts], [[], [], 3])
    same(await waiting(store), [room])
  },
  'apologises where that turn fails, notes why, and goes on with the next': async ({ subject: store }) => {
    const { revision } = await told(store)
    await say(store, 'next')
    await commit(store, failed(revision, 'trouble in trouble'))
    same(await texts(store), ['bad', 'next', 'Sorry!'])
    const [letter] = await letters(store)
    same(
      [letter?.cause, letter?.tries.map(({ cause }) => cause)],
      ['boom', ['boom', 'boom', 'boom', 'trouble in trouble']],
    )
    const work = await begin(store)
    same([work.attempt, work.failed, seqs(work.events), work.revision], [1, undefined, [2], revision + 1])
  },
  'tells once more where that turn is lost, and apologises where the next one is too, also when it is opened anew':
    async (bench) => {
      const { revision, failed: failure } = await told(bench.subject)
      const again = await begin(await bench.reopen())
      same([again.failed, again.revision, again.attempt], [failure, revision, 2])
      const store = await bench.reopen()
      same(await waiting(store), [room])
      same(await store.begin(vendor, room, bot, 2_000, { tellFailures: true }), undefined)
      same(await texts(store), ['bad', 'Sorry!'])
      same([await waiting(store), (await letters(store))[0]?.tries.length], [[], 4])
    },
  'answers a commit that comes after the apology with a conflict': async ({ subject: store }) => {
    const { revision } = await told(store)
    await commit(store, failed(revision, 'boom'))
    same((await commit(store, commitOf('x', { revision, processed: 1 }))).kind, 'conflict')
  },
  'apologises at once for a bot that does not want to be told': async ({ subject: store }) => {
    await withBot(store, 'Sorry!')
    await say(store, 'bad')
    await failThrice(store, { seq: 1 })
    same(await store.begin(vendor, room, bot, 2_000), undefined)
    same(await texts(store), ['bad', 'Sorry!'])
  },
  'tells of a timer, which is consumed, but of none that fails before a message was handled': async ({
    subject: store,
  }) => {
    await withBot(store, 'Sorry!')
    const set = (...ids: string[]) => ({ set: ids.map((id) => ({ id, due: 1_500 })), cancel: [] })
    await commit(store, commitOf('a', { timers: set('one') }))
    await failThrice(store, { timer: 'one' })
    const work = await begin(store)
    same([work.failed, work.timers], [{ cause: 'boom', attempts: 3, timer: { id: 'one', due: 1_500 } }, []])
    await commit(store, commitOf('b', { revision: work.revision, timers: set('two') }))
    await failThrice(store, { timer: 'two' })
    same(await store.begin(vendor, room, bot, 2_000, { tellFailures: true }), undefined)
    same(await texts(store), ['Sorry!'])
    await say(store, 'hi')
    const next = await begin(store)
    await commit(store, commitOf('c', { revision: next.revision, processed: 2, timers: set('three') }))
    await failThrice(store, { timer: 'three' })
    same((await begin(store)).failed?.timer?.id, 'three')
  },
  'tells of each message that fails, also one after another': async ({ subject: store }) => {
    const { revision } = await told(store)
    await commit(store, commitOf('x', { revision, processed: 1 }))
    await say(store, 'worse')
    await failThrice(store, { seq: 2 })
    same((await begin(store)).failed?.message?.seq, 2)
  },
  'tells of a turn that did not get beyond its checkpoint, and is back before it': async ({ subject: store }) => {
    await withBot(store, 'Sorry!')
    await say(store, 'pay')
    await commit(store, commitOf('x', { processed: 1, state: { paying: true }, checkpoint: true }))
    await failThrice(store, {})
    const work = await begin(store)
    same([work.stateJson, work.unfinished, work.failed?.message?.seq], ['null', false, 1])
    same([(await letters(store)).length, await texts(store)], [1, ['pay']])
  },
  'does not tell of what a bot does about a failure after a checkpoint': async ({ subject: store }) => {
    const { revision } = await told(store)
    await commit(store, commitOf('x', { revision, processed: 1, state: { in: 'trouble' }, checkpoint: true }))
    await failThrice(store, {})
    same(await store.begin(vendor, room, bot, 2_000, { tellFailures: true }), undefined)
    same(await texts(store), ['bad', 'Sorry!'])
    same((await letters(store)).length, 2)
  },
  'gives a message that is retried meanwhile after the failure was told': async ({ subject: store }) => {
    const { revision } = await told(store)
    for (const { id } of await letters(store)) await store.retryDeadLetter(vendor, id)
    await commit(store, commitOf('x', { revision, processed: 1 }))
    const work = await begin(store)
    same([work.failed, work.attempt, seqs(work.events)], [undefined, 1, [1]])
  },
  'tells of the failure when a parked state has come back': async ({ subject: store }) => {
    const { revision } = await told(store)
    await commit(store, { kind: 'parked', revision, reason: 'no such state', version: '1' })
    same(await waiting(store), [])
    const work = await store.begin(vendor, room, bot, 2_000, { tellFailures: true, version: '2' })
    same(work?.failed?.attempts, 3)
  },
}
