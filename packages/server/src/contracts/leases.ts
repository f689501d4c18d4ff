import type { Lease, Leases, LeaseTerms } from '../backend/port.js'
import { type Behaviours, type ContractKit, contract, type DurableBench, holds, same } from './kit.js'

/** The terms that a bench opens its leases with. */
export const contractTerms: LeaseTerms = { durationMs: 1_000, longestMs: 2_500 }

const turn = { vendor: 'acme', conversation: 'ana~shop', bot: 'shop' }

const acquire = async (leases: Leases, now: number, holder = 'one'): Promise<Lease> => {
  const lease = await leases.acquire({ ...turn, holder }, now)
  holds(lease, 'the lease is granted')
  return lease as Lease
}

const isHigher = (fence: string, than: string): boolean => {
  const [epoch = 0, counter = 0] = fence.split(':').map(Number)
  const [otherEpoch = 0, otherCounter = 0] = than.split(':').map(Number)
  return epoch > otherEpoch || (epoch === otherEpoch && counter > otherCounter)
}

const behaviours: Behaviours<DurableBench<Leases>> = {
  'grants a lease for its duration': async ({ subject: leases }) => {
    const { fence, ...lease } = await acquire(leases, 5_000)
    same(lease, { ...turn, holder: 'one', grantedAt: 5_000, expiresAt: 6_000 })
    same((await leases.check(turn, fence, 5_999))?.holder, 'one')
    same(await leases.check(turn, fence, 6_000), undefined)
  },
  'grants one at a time': async ({ subject: leases }) => {
    const rivals = ['one', 'two'].map((holder) => leases.acquire({ ...turn, holder }, 0))
    same((await Promise.all(rivals)).filter(Boolean).length, 1)
    same(await leases.acquire({ ...turn, holder: 'three' }, 999), undefined)
  },
  'grants others for other conversations, bots and vendors': async ({ subject: leases }) => {
    await acquire(leases, 0)
    for (const other of [{ conversation: 'x' }, { bot: 'x' }, { vendor: 'x' }]) {
      holds(await leases.acquire({ ...turn, ...other, holder: 'two' }, 0), 'another lease is granted')
    }
  },
  'grants the next with a higher fence, when the last has expired or was settled': async ({ subject: leases }) => {
    const first = await acquire(leases, 0)
    const second = await acquire(leases, 1_000, 'two')
    holds(isHigher(second.fence, first.fence), 'the fence rises after expiry')
    same(await leases.settle(turn, second.fence), true)
    const third = await acquire(leases, 1_001)
    holds(isHigher(third.fence, second.fence), 'the fence rises after settling')
  },
  'raises fences beyond nine': async ({ subject: leases }) => {
    let last = await acquire(leases, 0)
    for (let i = 1; i < 15; i++) {
      const next = await acquire(leases, i * 1_000)
      holds(isHigher(next.fence, last.fence), `${next.fence} is higher than ${last.fence}`)
      last = next
    }
  },
  'knows a zombie by its fence': async ({ subject: leases }) => {
    const zombie = await acquire(leases, 0)
    await acquire(leases, 1_000, 'two')
    same(await leases.check(turn, zombie.fence, 1_001), undefined)
    same(await leases.renew(turn, zombie.fence, 1_001), undefined)
    same(await leases.settle(turn, zombie.fence), false)
    same(await leases.acquire({ ...turn, holder: 'three' }, 1_001), undefined)
  },
  'renews a live lease, and none that has expired': async ({ subject: leases }) => {
    const { fence } = await acquire(leases, 0)
    same((await leases.renew(turn, fence, 900))?.expiresAt, 1_900)
    same((await leases.check(turn, fence, 1_899))?.expiresAt, 1_900)
    same(await leases.renew(turn, fence, 1_900), undefined)
  },
  'ends a lease after its longest time, however often it is renewed': async ({ subject: leases }) => {
    const { fence } = await acquire(leases, 0)
    await leases.renew(turn, fence, 900)
    same((await leases.renew(turn, fence, 1_800))?.expiresAt, 2_500)
    same((await leases.renew(turn, fence, 2_400))?.expiresAt, 2_500)
    same(await leases.renew(turn, fence, 2_500), undefined)
  },
  'settles a lease once': async ({ subject: leases }) => {
    const { fence } = await acquire(leases, 0)
    same(await leases.settle(turn, fence), true)
    same(await leases.settle(turn, fence), false)
    same(await leases.check(turn, fence, 1), undefined)
  },
  'grants higher fences when it is opened anew, and knows the old ones for zombies': async (bench) => {
    const before = await acquire(bench.subject, 0)
    const leases = await bench.reopen()
    const after = await acquire(leases, 5_000)
    holds(isHigher(after.fence, before.fence), `${after.fence} is higher than ${before.fence}`)
    same(await leases.check(turn, before.fence, 5_001), undefined)
  },
}

/** What all leases do. The bench opens them with `contractTerms`. */
export const leasesContract = (kit: ContractKit, open: () => Promise<DurableBench<Leases>>): void =>
  contract(kit, 'Leases', open, behaviours)
