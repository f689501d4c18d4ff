import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { writtenStep } from '../../src/chat-files/write.js'
import { harness } from '../../src/index.js'
import { type SearchOptions, search } from '../../src/properties/search.js'
import type { SceneChat } from '../../src/scene/scene-chat.js'
import { type Flaw, shopWith } from './support/flawed-shop.js'

const options = { says: ['hello', 'yes', 'no'], people: 2, longest: 12, runs: 100, seed: 1 }

type TestBot = Parameters<typeof harness>[0]['bot']

const find = async (bot: NonNullable<TestBot>, more: Partial<SearchOptions> = {}) => {
  const found = await search({
    ...options,
    open: async () => (await harness({ bot })) as unknown as SceneChat,
    ...more,
  })
  return found && { ...found.course.violation, lines: found.course.steps.map(writtenStep), length: found.length }
}

const fills = { count: fc.integer({ min: 1, max: 99 }) }

describe('random conversations', () => {
  test('find nothing where nothing is wrong', async () => {
    expect(await find(shopWith(), { fills })).toBeUndefined()
  })

  test.each<[Flaw, string, RegExp, string[]]>([
    ['mute', 'every message is answered', /^nobody answers "(ana|ben)> \w+"$/, ['> ', ' presses "large"', '> ']],
    [
      'twice',
      'no message is answered twice',
      /^shop answers "(ana|ben)> yes" twice with "It comes\."$/,
      ['> ', ' presses "large"', ' fills', '> yes'],
    ],
    [
      'dead end',
      'no bot is stuck',
      /^shop is in "stuck" in \w+~shop, where it accepts nothing and waits for nothing$/,
      ['> ', ' presses "large"', ' fills', '> yes'],
    ],
    [
      'throws',
      'no message is given up',
      /^shop has given up message \d+ of \w+~shop: .*no oven/,
      ['> ', ' presses "large"', ' fills', '> yes'],
    ],
  ])('find a bot that has the flaw "%s", and the shortest way to it', async (flaw, invariant, problem, way) => {
    const found = await find(shopWith(flaw), { fills })
    expect(found).toMatchObject({ invariant, problem: expect.stringMatching(problem) })
    expect(found?.lines).toHaveLength(way.length)
    for (const [at, part] of way.entries()) expect(found?.lines[at]).toContain(part)
    expect(found?.length).toBeGreaterThanOrEqual(way.length)
    expect(found?.situation).toContain('Transcript:')
  })
})
