import { expect, test } from 'vitest'
import type { PresenceStatus } from '../../src/history/event.js'
import { history } from '../support/history.js'

/** Ana, who shares the room with ben and nobody else, is told of somebody; in the end that is, and a call says so. */
const told = (about: string, told: PresenceStatus, end: { is: PresenceStatus; told?: PresenceStatus }) =>
  history()
    .subscribes('ana/laptop')
    .note('ana/laptop', { what: 'told', type: 'ok', about, status: 'online' })
    .note('ana/laptop', { what: 'told', type: 'ok', about, status: told })
    .note('checker', { what: 'presence', type: 'ok', client: about, told: end.told ?? end.is, is: end.is })
    .broken('presence')

test('who is told of as it is breaks nothing', () => {
  expect(told('ben', 'offline', { is: 'offline' })).toEqual([])
})

test('who has gone and is told of as being there is stale', () => {
  expect(told('ben', 'online', { is: 'offline' })).toEqual(['stale'])
})

test('what a call says is as it is', () => {
  expect(told('ben', 'away', { is: 'away', told: 'online' })).toEqual(['presence'])
})

test('with whom somebody shares no conversation, it is not told of', () => {
  expect(told('zoe', 'online', { is: 'online' })).toEqual(['stranger'])
})

test('who is there and never told of is missed', () => {
  const made = history()
    .subscribes('ana/laptop')
    .note('ana/laptop', { what: 'told', type: 'ok', about: 'ana', status: 'online' })
    .note('checker', { what: 'presence', type: 'ok', client: 'ben', told: 'online', is: 'online' })
  expect(made.broken('presence')).toEqual(['untold'])
})
