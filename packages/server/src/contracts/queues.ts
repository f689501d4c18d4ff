import type { QueueName, QueueOwner, Queues } from '../inbox/queue/port.js'
import { type Behaviours, type ContractKit, contract, type DurableBench, same } from './kit.js'

const workers: QueueName = { vendor: 'acme', client: 'desk', group: 'workers' }
const place = (conversation: string, seq: number) => ({ conversation, seq })
const failure = { tries: [{ at: 1_000, cause: 'no such order' }], due: 2_000 }

/** Where a group stands, with what is in no particular order put in order. */
const standingOf = async (queues: Queues, name = workers) => {
  const { floor, handled, failures, again } = await queues.open(name, 0)
  return { floor, handled: [...handled].sort(), failures, again }
}

const behaviours: Behaviours<DurableBench<Queues>> = {
  'makes a group once, after the offset that it is first given': async ({ subject: queues }) => {
    same(await queues.exists(workers), false)
    same((await queues.open(workers, 7)).floor, 7)
    same((await queues.open(workers, 9)).floor, 7)
    same(await queues.exists(workers), true)
  },
  'makes one group however many ask at the same time': async ({ subject: queues }) => {
    await Promise.all([1, 2, 3].map((offset) => queues.open(workers, offset)))
    same((await queues.list('acme', 'desk')).length, 1)
  },
  'keeps floor, what is handled beyond it, failures and what is to be handled again': async (bench) => {
    await bench.subject.open(workers, 0)
    await bench.subject.settle(workers, {
      floor: 3,
      handled: new Map([
        ['ana~desk', { seq: 4 }],
        ['ben~desk', { seq: 2, line: 1 }],
      ]),
      failures: [{ ...place('cem~desk', 1), ...failure }],
    })
    await bench.subject.giveAgain(workers, place('ana~desk', 2))
    const kept = {
      floor: 3,
      handled: [
        ['ana~desk', { seq: 4 }],
        ['ben~desk', { seq: 2, line: 1 }],
      ],
      failures: [{ ...place('cem~desk', 1), ...failure }],
      again: [place('ana~desk', 2)],
    }
    same(await standingOf(bench.subject), kept)
    same(await standingOf(await bench.reopen()), kept)
  },
  'forgets what a change says is over, and leaves what it does not name': async ({ subject: queues }) => {
    await queues.open(workers, 0)
    await queues.settle(workers, {
      handled: new Map([
        ['ana~desk', { seq: 4 }],
        ['ben~desk', { seq: 2, line: 1 }],
      ]),
      failures: [
        { ...place('ana~desk', 5), ...failure },
        { ...place('ana~desk', 6), ...failure },
      ],
    })
    for (const seq of [1, 2]) await queues.giveAgain(workers, place('ana~desk', seq))
    const change = {
      floor: 9,
      forget: ['ana~desk'],
      notAgain: [place('ana~desk', 1)],
      succeeded: [place('ana~desk', 5)],
    }
    for (let i = 0; i < 2; i++) await queues.settle(workers, change)
    same(await standingOf(queues), {
      floor: 9,
      handled: [['ben~desk', { seq: 2, line: 1 }]],
      failures: [{ ...place('ana~desk', 6), ...failure }],
      again: [place('ana~desk', 2)],
    })
  },
  'gives a message again once, with fresh tries, and in no group that does not exist': async ({ subject: queues }) => {
    same(await queues.giveAgain(workers, place('ana~desk', 2)), false)
    same(await queues.exists(workers), false)
    await queues.open(workers, 0)
    await queues.settle(workers, { failures: [{ ...place('ana~desk', 2), ...failure }] })
    for (let i = 0; i < 2; i++) same(await queues.giveAgain(workers, place('ana~desk', 2)), true)
    const { failures, again } = await standingOf(queues)
    same([failures, again], [[], [place('ana~desk', 2)]])
  },
  'keeps groups, clients and vendors apart': async ({ subject: queues }) => {
    await queues.open(workers, 1)
    await queues.settle(workers, { floor: 5, handled: new Map([['ana~desk', { seq: 9 }]]) })
    for (const other of [{ group: 'archive' }, { client: 'eve' }, { vendor: 'globex' }])
      same(await standingOf(queues, { ...workers, ...other }), { floor: 0, handled: [], failures: [], again: [] })
    same(await queues.list('acme', 'desk'), [
      { group: 'archive', floor: 0 },
      { group: 'workers', floor: 5 },
    ])
  },
  'removes a group with all that is known of it, once': async ({ subject: queues }) => {
    await queues.open(workers, 1)
    await queues.settle(workers, {
      handled: new Map([['ana~desk', { seq: 9 }]]),
      failures: [{ ...place('ana~desk', 10), ...failure }],
    })
    await queues.giveAgain(workers, place('ana~desk', 2))
    same(await queues.remove(workers), true)
    same(await queues.remove(workers), false)
    same(await standingOf(queues), { floor: 0, handled: [], failures: [], again: [] })
  },
  'has one owner of a group, whom only the node takes its place that knows its token': async (bench) => {
    const { subject: queues } = bench
    const [one, two, three] = ['one', 'two', 'three'].map((node) => ({ node, token: `${node}-1` })) as [
      QueueOwner,
      QueueOwner,
      QueueOwner,
    ]
    await queues.open(workers, 0)
    same(await queues.claim(workers, one), one)
    same(await queues.claim(workers, { node: 'one', token: 'one-2' }), one)
    same(await queues.claim(workers, two), one)
    same(await queues.claim(workers, two, one.token), two)
    same(await queues.claim(workers, three, one.token), two)
    same(await (await bench.reopen()).claim(workers, three), two)
  },
  'writes nothing of a node that is not the owner any more': async ({ subject: queues }) => {
    await queues.open(workers, 0)
    await queues.claim(workers, { node: 'one', token: 'one-1' })
    same(await queues.settle(workers, { floor: 1 }, 'one-1'), true)
    await queues.claim(workers, { node: 'two', token: 'two-1' }, 'one-1')
    same(await queues.settle(workers, { floor: 2 }, 'one-1'), false)
    same((await standingOf(queues)).floor, 1)
    same(await queues.settle(workers, { floor: 3 }, 'two-1'), true)
    same((await standingOf(queues)).floor, 3)
  },
  'keeps nothing of a change to a group that does not exist': async ({ subject: queues }) => {
    await queues.settle(workers, { floor: 5, handled: new Map([['ana~desk', { seq: 9 }]]) })
    same(await standingOf(queues), { floor: 0, handled: [], failures: [], again: [] })
  },
}

/** What every keeper of queues does. */
export const queuesContract = (kit: ContractKit, open: () => Promise<DurableBench<Queues>>): void =>
  contract(kit, 'Queues', open, behaviours)
