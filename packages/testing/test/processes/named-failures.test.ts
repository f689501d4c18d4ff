import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { points } from './fixtures/points.js'
import { bundle } from './support/bundle.js'
import { type Builds, ConversationInProcesses, type OpenOptions } from './support/conversation.js'

let builds: Builds
let chat: ConversationInProcesses | undefined

beforeAll(async () => {
  builds = { server: await bundle('server'), bot: await bundle('failingBot') }
})

afterEach(async () => {
  await chat?.close()
  chat = undefined
})

const begin = async (options?: OpenOptions): Promise<ConversationInProcesses> => {
  chat = await ConversationInProcesses.open({ builds, bot: 'failing-bot', ...options })
  chat.say('hi')
  await chat.hears('Ready.')
  return chat
}

/** The journal from `says` on, where the bot went on from trouble, or from where it had been. */
const journalOf = (says: string, ...replies: readonly string[]) => [
  ...['ana: hi', 'failing-bot: Ready.', `ana: ${says}`],
  ...[`failing-bot: ${replies[0]}`, 'ana: go on', `failing-bot: ${replies[1]}`],
]

const inTrouble = ['In trouble.', 'Out of trouble.']
const apologised = ['Sorry.', 'Heard go on.']

const finish = async (open: ConversationInProcesses, [first = '', second = '']: readonly string[]) => {
  await open.hears(first)
  open.say('go on')
  await open.hears(second)
  return open.journal()
}

test('a message that kills each process that handles it leads to the state that the author named', async () => {
  const open = await begin()
  open.say('crash')
  for (let died = 0; died < 3; died++) {
    await open.bot.died()
    await open.startBot()
  }
  expect(await finish(open, inTrouble)).toEqual(journalOf('crash', ...inTrouble))
})

test('a message at which no process comes to an end leads there when its leases are over', async () => {
  const open = await begin({ leaseMs: 200, longestLeaseMs: 400 })
  open.say('wait')
  expect(await finish(open, inTrouble)).toEqual(journalOf('wait', ...inTrouble))
})

/** The three tries that fail reach no commit. */
const skips: Record<(typeof points)[number], number> = { 'turn.leased': 3, 'turn.commit': 0, 'turn.committed': 0 }

describe.each(points)('kill -9 at %s of the turn in which the machine is told', (point) => {
  test('of the bot: it is told all the same, once', async () => {
    const open = await begin()
    await open.bot.arm(point, { skip: skips[point] })
    open.say('throw')
    await open.bot.reached(point)
    await open.bot.kill()
    await open.startBot()
    expect(await finish(open, inTrouble)).toEqual(journalOf('throw', ...inTrouble))
  })

  test('of the server: it is told all the same, once', async () => {
    const open = await begin()
    await open.server.arm(point, { skip: skips[point] })
    open.say('throw')
    await open.server.reached(point)
    await open.server.kill()
    await open.restartServer()
    expect(await finish(open, inTrouble)).toEqual(journalOf('throw', ...inTrouble))
  })
})

test('a bot whose process dies as often as it is told has its apology said, once', async () => {
  const open = await begin()
  open.say('doom')
  for (let told = 0; told < 2; told++) {
    await open.bot.died()
    await open.startBot()
  }
  expect(await finish(open, apologised)).toEqual(journalOf('doom', ...apologised))
})
