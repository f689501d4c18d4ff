import { describe, expect, test } from 'vitest'
import { type Point, points } from './fixtures/points.js'
import type { ConversationInProcesses } from './support/conversation.js'
import { back, type Cast, handingStage, over } from './support/handing.js'
import type { FixtureProcess } from './support/process.js'

const { begin } = handingStage()

const wholeJournal = [
  'ana: hi',
  'asking-bot: Ready.',
  'ana: count',
  `asking-bot: ${over}`,
  'counting-bot: At 5.',
  'ana: one',
  'counting-bot: At 6.',
  'ana: enough',
  `counting-bot: ${back}`,
  'asking-bot: Back with 6.',
  'ana: thanks',
  'asking-bot: Heard thanks, with 6.',
]

/** What ana says, and what she waits for before she says the next. */
const script = [
  ['count', 'At 5.'],
  ['one', 'At 6.'],
  ['enough', 'Back with 6.'],
  ['thanks', 'Heard thanks, with 6.'],
] as const

const play = async (open: ConversationInProcesses): Promise<string[]> => {
  for (const [text, answer] of script) {
    open.say(text)
    await open.hears(answer)
  }
  return open.journal()
}

/** Plays to the end while `victim` is killed where it reaches the point, and started again. */
const playWithKill = async (
  { open }: Cast,
  victim: FixtureProcess,
  { point, skip, revive }: { point: Point; skip: number; revive(): Promise<unknown> },
): Promise<string[]> => {
  victim.arm(point, { skip })
  const killed = victim
    .reached(point)
    .then(() => victim.kill())
    .then(revive)
  const [journal] = await Promise.all([play(open), killed])
  return journal
}

/** The turns of the one: it hands over, hears the result, and answers. */
const askingTurns = [
  ['hands over', 0],
  ['hears the result', 1],
] as const

/** The turns of the other: it begins, counts, and gives back. */
const countingTurns = [
  ['takes over', 0],
  ['answers', 1],
  ['gives back', 2],
] as const

describe.each(points)('kill -9 at %s, while a conversation goes over and back', (point) => {
  test.each(askingTurns)('of the bot that %s: all of it comes once, in order', async (_, skip) => {
    const cast = await begin()
    const revive = () => cast.open.startBot('asking-bot')
    expect(await playWithKill(cast, cast.asking, { point, skip, revive })).toEqual(wholeJournal)
  })

  test.each(countingTurns)('of the bot that %s: all of it comes once, in order', async (_, skip) => {
    const cast = await begin()
    const revive = () => cast.open.startBot('counting-bot')
    expect(await playWithKill(cast, cast.counting, { point, skip, revive })).toEqual(wholeJournal)
  })

  test.each([0, 1, 2, 3, 4])('of the server in turn %i of the two: all of it comes once, in order', async (skip) => {
    const cast = await begin()
    const revive = () => cast.open.restartServer()
    expect(await playWithKill(cast, cast.open.server, { point, skip, revive })).toEqual(wholeJournal)
  })
})
