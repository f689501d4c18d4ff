import { expect, test } from 'vitest'
import { KeptPlaces } from '../../src/broker/session/sent-places.js'

const nothing = { last: 0, unacknowledged: [] }

test('a session whose inbox went back is sent all that comes after its cursor, as what it may have had', () => {
  const places = new KeptPlaces(nothing)
  for (const place of [1, 2, 3]) places.add(place)
  places.acknowledge(2)
  places.doubt()
  expect(places.record()).toBeUndefined()
  expect(places.earlier(4)).toEqual({ last: 0, unacknowledged: new Set(), doubtful: 4 })
})

test('of one that was sent nothing nothing is in doubt', () => {
  const places = new KeptPlaces(nothing)
  places.doubt()
  expect(places.record()).toEqual(nothing)
})
