import { describe, expect, test } from 'vitest'
import { type Point, points } from './fixtures/points.js'
import { back, type Cast, handingStage, over } from './support/handing.js'
import type { FixtureProcess } from './support/process.js'

const { begin } = handingStage()

/** Where the other bot is held: in the turn that comes after so many others of it. */
interface Hold {
  point: Point
  skip: number
}

/** The conversation is handed over, and the first bot, whose time is up, is held where it is about to take it back. */
const handedOver = async (hold?: Hold): Promise<Cast> => {
  const cast = await begin()
  const { open, asking, counting } = cast
  if (hold) await counting.arm(hold.point, hold)
  await asking.arm('turn.leased', { skip: 1 })
  open.say('count briefly')
  await open.hears('At 5.')
  await asking.reached('turn.leased')
  return cast
}

const start = ['ana: hi', 'asking-bot: Ready.', 'ana: count briefly', `asking-bot: ${over}`, 'counting-bot: At 5.']
const takenBack = ['asking-bot: Time is up.', `asking-bot: ${back}`]
const end = ['ana: thanks', 'asking-bot: Heard thanks, with .']

const wholeJournal = [
  ...[...start, 'ana: one', 'counting-bot: At 6.'],
  ...[...takenBack, 'counting-bot: Stopped at 6.', ...end],
]

/** The other bot has counted once. */
const countedOnce = async (): Promise<Cast> => {
  const handed = await handedOver()
  handed.open.say('one')
  await handed.open.hears('At 6.')
  return handed
}

/** It is taken back, and Ana goes on when both bots have said so. */
const finish = async ({ open }: Cast, stoppedAt = 6): Promise<string[]> => {
  await Promise.all([open.hears('Time is up.'), open.hears(`Stopped at ${stoppedAt}.`)])
  open.say('thanks')
  await open.hears('Heard thanks, with .')
  return open.journal()
}

/** Kills it where it reaches the point after `skip` times, and brings another one. */
const killAt = async (victim: FixtureProcess, point: Point, revive: () => Promise<unknown>): Promise<void> => {
  await victim.reached(point)
  await victim.kill()
  await revive()
}

describe.each(points)('kill -9 at %s, while a conversation is taken back', (point) => {
  test('of the bot that takes it back: all of it comes once, in order', async () => {
    const all = await countedOnce()
    if (point !== 'turn.leased') {
      await all.asking.arm(point)
      all.asking.release()
    }
    await killAt(all.asking, point, () => all.open.startBot('asking-bot'))
    expect(await finish(all)).toEqual(wholeJournal)
  })

  test('of the bot that is told so: it has its say once', async () => {
    const all = await countedOnce()
    await all.counting.arm(point)
    all.asking.release()
    await killAt(all.counting, point, () => all.open.startBot('counting-bot'))
    expect(await finish(all)).toEqual(wholeJournal)
  })

  test.each([0, 1])('of the server in turn %i from there: all of it comes once, in order', async (skip) => {
    const all = await countedOnce()
    await all.open.server.arm(point, { skip })
    all.asking.release()
    const killed = killAt(all.open.server, point, () => all.open.restartServer())
    const [journal] = await Promise.all([finish(all), killed])
    expect(journal).toEqual(wholeJournal)
  })
})

describe('kill -9 of the bot that talks while a conversation is taken back', () => {
  test.each(['turn.leased', 'turn.commit'] as const)(
    'at %s: what it had not said is the first one’s to answer, once',
    async (point) => {
      const all = await handedOver({ point, skip: 1 })
      all.open.say('one')
      await all.counting.reached(point)
      all.asking.release()
      await all.open.hears('Time is up.')
      await all.counting.kill()
      await all.open.startBot('counting-bot')
      const answer = 'asking-bot: Heard one, with .'
      const journal = await finish(all, 5)
      // Either of the two may be the first to say what it has to say.
      expect(journal.filter((line) => line !== answer)).toEqual([
        ...[...start, 'ana: one'],
        ...[...takenBack, 'counting-bot: Stopped at 5.', ...end],
      ])
      expect(journal.filter((line) => line === answer)).toEqual([answer])
    },
  )

  test('after it has said it: it says it once, and has its say', async () => {
    const all = await countedOnce()
    await all.counting.kill()
    all.asking.release()
    await all.open.startBot('counting-bot')
    expect(await finish(all)).toEqual(wholeJournal)
  })
})
