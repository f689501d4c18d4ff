import { afterEach, beforeAll, expect, test } from 'vitest'
import { bundle } from './support/bundle.js'
import { type Builds, ConversationInProcesses } from './support/conversation.js'

let builds: Builds
let chat: ConversationInProcesses | undefined

beforeAll(async () => {
  builds = { server: await bundle('server'), bot: await bundle('payingBot') }
})

afterEach(async () => {
  await chat?.close()
  chat = undefined
})

/** The bot has said that it takes a moment, and its call does not come back. */
const paying = async () => {
  chat = await ConversationInProcesses.open({ builds, bot: 'paying-bot', botArguments: ['never'] })
  const first = chat.bot
  await first.arm('turn.checkpointed')
  chat.say('pay')
  await first.reached('turn.checkpointed')
  await chat.hears('One moment.')
  return { open: chat, first }
}

const finish = async (open: ConversationInProcesses) => {
  await open.hears('Paid.')
  open.say('thanks')
  await open.hears('Heard thanks.')
  return open.journal()
}

const wholeJournal = [
  'ana: pay',
  'paying-bot: One moment.',
  'paying-bot: Paid.',
  'ana: thanks',
  'paying-bot: Heard thanks.',
]

test('kill -9 of the bot after a checkpoint: the call is made again, with the same key, and nothing is said twice', async () => {
  const { open, first } = await paying()
  await first.kill()
  const second = await open.startBot()
  expect(await finish(open)).toEqual(wholeJournal)
  expect(second.calls).toEqual(first.calls)
  expect(first.calls).toEqual(['ana-1~paying-bot:1:pay:1'])
})

test('kill -9 of bot and server after a checkpoint: the same', async () => {
  const { open, first } = await paying()
  await Promise.all([first.kill(), open.server.kill()])
  await open.restartServer()
  const second = await open.startBot()
  expect(await finish(open)).toEqual(wholeJournal)
  expect(second.calls).toEqual(first.calls)
})
