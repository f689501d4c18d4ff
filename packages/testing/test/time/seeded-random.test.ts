import { expect, test } from 'vitest'
import { seededRandom } from '../../src/time/seeded-random.js'

const draw = (seed: number, count: number) => Array.from({ length: count }, seededRandom(seed))

test('the same seed gives the same numbers, another one others', () => {
  expect(draw(7, 20)).toEqual(draw(7, 20))
  expect(draw(7, 20)).not.toEqual(draw(8, 20))
})

test('the numbers spread over [0, 1)', () => {
  const numbers = draw(1, 10_000)
  const tenths = Array.from({ length: 10 }, (_, i) => numbers.filter((n) => Math.floor(n * 10) === i).length)
  for (const count of tenths) expect(count).toBeGreaterThan(850)
})
