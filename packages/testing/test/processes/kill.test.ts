import { afterEach, describe, expect, test } from 'vitest'
import { points } from './fixtures/points.js'
import { bundle } from './support/bundle.js'
import { type Builds, ConversationInProcesses, type OpenOptions } from './support/conversation.js'
import { stage } from './support/stage.js'

let builds: Builds
/** One that a test has to itself. */
let other: ConversationInProcesses | undefined

const usual = stage(async () => {
  builds = { server: await bundle('server'), bot: await bundle('bot') }
  return () => ConversationInProcesses.open({ builds })
})

afterEach(async () => {
  await other?.close()
  other = undefined
})

const wholeJournal = [
  'ana: hi',
  'reminding-bot: Hello.',
  'ana: one',
  'reminding-bot: Heard one.',
  'ana: remind me',
  'reminding-bot: Heard one, remind me.',
  'reminding-bot: You wanted to be reminded.',
  'ana: three',
  'reminding-bot: Heard one, remind me, three.',
]

const begin = async (options?: OpenOptions): Promise<ConversationInProcesses> => {
  if (options) other = await ConversationInProcesses.open({ builds, ...options })
  const chat = other ?? (await usual.begin())
  chat.say('hi')
  await chat.hears('Hello.')
  chat.say('one')
  await chat.hears('Heard one.')
  return chat
}

const finish = async (open: ConversationInProcesses): Promise<string[]> => {
  await open.hears('You wanted to be reminded.')
  open.say('three')
  await open.hears('Heard one, remind me, three.')
  return open.journal()
}

/** A turn of a message comes first, the turn of the timer that it sets second. */
const turns = [
  { turn: "a message's turn", skip: 0 },
  { turn: "a reminder's turn", skip: 1 },
]

describe.each(points)('kill -9 at %s', (point) => {
  test.each(turns)('of the bot in $turn: every reply comes once, in order', async ({ skip }) => {
    const open = await begin()
    await open.bot.arm(point, { skip })
    open.say('remind me')
    await open.bot.reached(point)
    await open.bot.kill()
    await open.startBot()
    expect(await finish(open)).toEqual(wholeJournal)
  })

  test.each(turns)('of the server in $turn: every reply comes once, in order', async ({ skip }) => {
    const open = await begin()
    await open.server.arm(point, { skip })
    open.say('remind me')
    await open.server.reached(point)
    await open.server.kill()
    await open.restartServer()
    expect(await finish(open)).toEqual(wholeJournal)
  })
})

test('kill -9 of bot and server while a reminder waits: it comes when they are back', async () => {
  const open = await begin()
  open.say('remind me')
  await open.hears('Heard one, remind me.')
  await Promise.all([open.bot.kill(), open.server.kill()])
  await open.restartServer()
  await open.startBot()
  expect(await finish(open)).toEqual(wholeJournal)
})

/** The last commit's id, its revision and its fence are not looked at. */
const unchecked = { module: 'persistence/check-commit.ts', source: `export const checkCommit = () => 'apply'` }

test('without the check of commits, a commit whose answer was lost is applied twice', async () => {
  const open = await begin({ builds: { ...builds, server: await bundle('server', [unchecked]) } })
  await open.server.arm('turn.committed')
  open.say('remind me')
  await open.server.reached('turn.committed')
  await open.server.kill()
  await open.restartServer()
  expect(repliesTo(await finish(open), 'Heard one, remind me.')).toBeGreaterThan(1)
})

/** One instance stops before its commit until another one has taken over, then goes on. */
const takenOver = async (options: OpenOptions): Promise<string[]> => {
  const open = await begin({ leaseMs: 1000, ...options })
  const zombie = open.bot
  await zombie.arm('turn.commit')
  open.say('two')
  await zombie.reached('turn.commit')
  zombie.pause()
  const successor = await open.startBot()
  await open.hears('Heard one, two.')
  zombie.resume()
  zombie.release()
  // What the zombie had ready leaves before the next turn, which is its own.
  await successor.kill()
  open.say('three')
  await open.hears('Heard one, two, three.')
  return open.journal()
}

test('an instance that was only paused does no harm when it comes back', async () => {
  expect(repliesTo(await takenOver({}), 'Heard one, two.')).toBe(1)
})

test('without the check of commits, an instance that was only paused answers once more', async () => {
  const journal = await takenOver({ builds: { ...builds, server: await bundle('server', [unchecked]) } })
  expect(repliesTo(journal, 'Heard one, two.')).toBeGreaterThan(1)
})

const repliesTo = (journal: readonly string[], text: string): number =>
  journal.filter((line) => line === `reminding-bot: ${text}`).length
