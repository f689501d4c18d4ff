import assert from 'node:assert/strict'
import type { Connections } from '../connection-manager/port.js'
import { type Behaviours, type Bench, type ContractKit, contract, holds, same } from './kit.js'

const name = { vendor: 'acme', client: 'ana', connection: 'phone' }

const recorder = () => {
  const lost: string[] = []
  return { lost, losing: (who: string) => () => void lost.push(who) }
}

const behaviours: Behaviours<Bench<Connections>> = {
  'gives a free name at once': async ({ subject: connections }) => {
    const { lost, losing } = recorder()
    same((await connections.claim(name, losing('one'))).name, name)
    same(lost, [])
  },
  'tells the holder that it has lost the name, and waits until it has settled': async ({ subject: connections }) => {
    const steps: string[] = []
    await connections.claim(name, async () => {
      steps.push('losing')
      await new Promise((resolve) => setImmediate(resolve))
      steps.push('settled')
    })
    await connections.claim(name, () => {})
    steps.push('claimed')
    same(steps, ['losing', 'settled', 'claimed'])
  },
  'hands a name from one to the next in the order of claims, with rising fences': async ({ subject: connections }) => {
    const { lost, losing } = recorder()
    const claims = await Promise.all(['one', 'two', 'three'].map((who) => connections.claim(name, losing(who))))
    same(lost, ['one', 'two'])
    const fences = claims.map(({ fence }) => fence)
    same(
      fences,
      [...fences].sort((a, b) => a - b),
    )
    same(new Set(fences).size, 3)
  },
  'raises the fence of a name that was given back': async ({ subject: connections }) => {
    const first = await connections.claim(name, () => {})
    await connections.release(first)
    const second = await connections.claim(name, () => {})
    holds(second.fence > first.fence, 'the fence rises')
  },
  'tells nobody that has given the name back': async ({ subject: connections }) => {
    const { lost, losing } = recorder()
    await connections.release(await connections.claim(name, losing('one')))
    await connections.claim(name, losing('two'))
    same(lost, [])
  },
  'changes nothing when a claim is given back that was lost': async ({ subject: connections }) => {
    const { lost, losing } = recorder()
    const first = await connections.claim(name, losing('one'))
    await connections.claim(name, losing('two'))
    await connections.release(first)
    await connections.claim(name, losing('three'))
    same(lost, ['one', 'two'])
  },
  'lets a holder give the name back while it is losing it': async ({ subject: connections }) => {
    const first = await connections.claim(name, () => connections.release(first))
    holds((await connections.claim(name, () => {})).fence > first.fence, 'the name is handed on')
  },
  'hands the name on when a holder fails while losing it': async ({ subject: connections }) => {
    await connections.claim(name, () => Promise.reject(new Error('broken')))
    await assert.rejects(connections.claim(name, () => {}))
    same((await connections.claim(name, () => {})).name, name)
  },
  'tells names apart by vendor, client and connection': async ({ subject: connections }) => {
    const { lost, losing } = recorder()
    for (const other of [{}, { vendor: 'x' }, { client: 'x' }, { connection: 'x' }]) {
      await connections.claim({ ...name, ...other }, losing('one'))
    }
    same(lost, [])
  },
}

/** What every register of connections does. */
export const connectionsContract = (kit: ContractKit, open: () => Promise<Bench<Connections>>): void =>
  contract(kit, 'Connections', open, behaviours)
