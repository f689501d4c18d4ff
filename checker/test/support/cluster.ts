import type { RedisState } from '../../src/history/event.js'
import { type HandMade, history } from './history.js'

/** Everything is stored by `one`, of which `other` is the replica. */
export const onCluster = (partitions: readonly number[] = [0], replicas = 0) => {
  const shards = [
    ['one', 'other'],
    ['third', 'fourth'],
  ]
  return history().at(0).note('checker', { what: 'shards', type: 'info', shards, partitions, vendor: 'acme', replicas })
}

export const redis = (made: HandMade, name: string, ms: number, is: RedisState) =>
  made.at(ms).note(name, { what: 'redis', type: 'info', is })

export const behindMs = 60_000
export const deadMs = 61_000
export const electedMs = 64_000

/** From 60 s on nothing comes to the replica; at 61 s the master dies, and at 64 s the replica is elected. */
export const fallsBehind = (made: HandMade) => redis(made, 'one', behindMs, 'behind')
export const isReplaced = (made: HandMade) => redis(redis(made, 'one', deadMs, 'dead'), 'other', electedMs, 'master')
export const isNoticed = (made: HandMade, ms = electedMs + 100) =>
  made.at(ms).note('server-1', { what: 'setback', type: 'info', partition: 0, commits: 1 })
export const takeover = (made: HandMade) => isNoticed(isReplaced(fallsBehind(made)))

export const inEnd = (made: HandMade, ...texts: string[]) => {
  made.at(90_000).has(...texts)
  for (const client of ['ana', 'ben'])
    for (const seq of texts.keys())
      made.note('checker', {
        what: 'inbox',
        type: 'ok',
        client,
        epoch: '8',
        offset: seq + 1,
        conversation: 'room',
        seq: seq + 1,
      })
  return made
}
