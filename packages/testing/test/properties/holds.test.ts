import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { holds } from '../../src/vitest.js'
import { echo } from '../support/bots.js'
import { runTests } from '../support/failing.js'

const program = 'packages/testing/test/properties/fixtures/shop.ts'

const emptyFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-holds-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const read = async (folder: string) => {
  const files = (await readdir(folder)).map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)
  return Object.fromEntries(await Promise.all(files))
}

test('what is found is saved, and fails as a test until the bot is mended', { timeout: 120_000 }, async () => {
  const FOUND = await emptyFolder()
  const [search] = await runTests(program, { environment: { FOUND, FLAW: 'mute' } })
  const [failure] = search?.errors ?? []
  const file = 'every-message-is-answered.chat'
  expect(failure?.message).toMatch(
    /^It does not hold that every message is answered: nobody answers "ana.*"\.\nIt was found in conversation \d+, when \d+ things had been done in it\. The shortest in which it is so:\n {2}ana.*\n {2}ana presses "large"\n {2}ana.*\nIt is saved as .*every-message-is-answered\.chat, and a test from now on\.\n\nTranscript:/,
  )
  expect(failure?.message).toMatch(
    /\nAgain: DAAKIA_SEED=1 npx vitest run .*fixtures\/shop\.ts -t 'the shop holds in 50 random/,
  )
  expect(failure?.stacks[0]?.file).toContain('fixtures/shop.ts')
  const found = await read(FOUND)
  expect(found).toEqual({
    [file]: expect.stringMatching(
      /^# It did not hold that every message is answered: nobody answers "ana.*"\.\n@ignore the rest\nana.*\nana presses "large"\nana.*\n$/,
    ),
  })

  const again = await runTests(program, { environment: { FOUND, FLAW: 'mute' } })
  expect(again.map(({ name }) => name)).toEqual([file, 'holds in 50 random conversations'])
  for (const { errors } of again)
    expect(errors[0]?.message).toContain('It does not hold that every message is answered')
  // The same is found again, and not saved again.
  expect(await read(FOUND)).toEqual(found)

  const mended = await runTests(program, { environment: { FOUND } })
  expect(mended).toEqual(again.map(({ name }) => ({ name, errors: [] })))
})

test('what the author wants to hold is looked at, and another seed holds other conversations', {
  timeout: 60_000,
}, async () => {
  const FOUND = await emptyFolder()
  const [one] = await runTests(program, { environment: { FOUND, FLAW: 'large', DAAKIA_SEED: '7' } })
  expect(one?.errors[0]?.message).toMatch(
    /^It does not hold that nothing is large: it is not so after "ana presses "large""\./,
  )
  expect(one?.errors[0]?.message).toContain('Again: DAAKIA_SEED=7 npx')
  expect(Object.values(await read(FOUND))[0]).toMatch(/@ignore the rest\n(ana.*\nana presses "large"|ana> large)\n$/)
})

// A test of this very file.
holds('the echo', { bot: echo, says: ['hello', 'one'], runs: 5, longest: 4, people: 1 })

test('too many people are refused', () => {
  expect(() => holds('a crowd', { bot: echo, says: ['hi'], people: 9 })).toThrow(
    'holds was given 9 as "people": write a whole number from 1 to 8',
  )
})
