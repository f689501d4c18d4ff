import { describe, expect, test, vi } from 'vitest'
import { type Chat, harness } from '../../../src/index.js'
import { echo } from '../../support/bots.js'
import { failureOf } from '../../support/failure-of.js'

// Processes take a while to start where others are at work.
vi.setConfig({ testTimeout: 120_000 })

const modules = [new URL('../../support/bots.ts', import.meta.url)]

const asPromised = async (chat: Chat) => {
  await chat.toDeliverExactlyOnce()
  await chat.toPreserveOrder()
}

describe.each(['memory', 'tcp', 'process'] as const)('over %s', (transport) => {
  const begin = async () => {
    const chat = await harness({ bot: echo, transport, modules })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('Hello.')
    return { chat, ana }
  }

  test('a message whose acknowledgement is lost is there once', async () => {
    const { chat, ana } = await begin()
    ana.connection.drops('puback')
    await ana.says('one')
    await ana.toHear('You said "one".')
    await asPromised(chat)
    await chat.close()
  })

  test('a message of which nobody knows whether it arrived is there once', async () => {
    const { chat, ana } = await begin()
    ana.connection.duplicates('publish')
    await ana.says('one')
    await ana.toHear('You said "one".')
    await asPromised(chat)
    await chat.close()
  })

  test('a message that never arrives is sent again', async () => {
    const { chat, ana } = await begin()
    ana.connection.drops('publish')
    await ana.says('one')
    await ana.toHear('You said "one".')
    await asPromised(chat)
    await chat.close()
  })

  test('a turn whose answer is lost is committed once', async () => {
    const { chat, ana } = await begin()
    chat.bot.connection.duplicates('publish')
    await ana.says('one')
    await ana.toHear('You said "one".')
    await ana.toHearNothing()
    await asPromised(chat)
    await chat.close()
  })

  test('a turn that does not reach its bot, or is not committed, comes again', async () => {
    const { chat, ana } = await begin()
    chat.bot.connection.drops('publish', { from: 'server' })
    await ana.says('one')
    await ana.toHear('You said "one".')
    chat.bot.connection.drops('publish')
    await ana.says('two')
    await ana.toHear('You said "two".')
    await asPromised(chat)
    await chat.close()
  })

  test('what does not come to a person is heard over the next connection', async () => {
    const { chat, ana } = await begin()
    ana.connection.drops('publish', { from: 'server' })
    await ana.says('one')
    await ana.toHear('You said "one".')
    await ana.connection.breaks()
    await chat.bot.connection.breaks()
    await ana.says('two')
    await ana.toHear('You said "two".')
    await asPromised(chat)
    await chat.close()
  })

  test('what is late arrives later, in virtual time', async () => {
    const { chat, ana } = await begin()
    ana.connection.delays('2s')
    await ana.says('one')
    await ana.toHearNothing({ for: '3999ms' })
    await chat.advance('1ms')
    await ana.toHear('You said "one".')
    await ana.connection.recovers()
    await ana.says('two')
    await ana.toHear('You said "two".')
    await asPromised(chat)
    await chat.close()
  })

  test('a bot that is late is waited for in virtual time', async () => {
    const { chat, ana } = await begin()
    chat.bot.connection.delays('1s', { from: 'server' })
    await ana.says('one')
    await ana.toHearNothing()
    await chat.advance('1s')
    await ana.toHear('You said "one".')
    await chat.bot.connection.recovers()
    await asPromised(chat)
    await chat.close()
  })

  test('a connection of a person that is half-open is noticed, and nothing is lost', async () => {
    const { chat, ana } = await begin()
    ana.connection.goesSilent()
    await ana.says('one')
    const { message } = await failureOf(() => ana.toHear('You said "one".'))
    expect(message).toContain('ana heard nothing. Not yet: the connection of ana is half-open since 0s')
    expect(message).toContain('Connections: ana online, half-open since 0s, echo online\n')
    await chat.advance('30s')
    await ana.toHear('You said "one".')
    await asPromised(chat)
    await chat.close()
  })

  test('a bot whose connection is half-open gets its turn over the next one', async () => {
    const { chat, ana } = await begin()
    chat.bot.connection.goesSilent()
    await ana.says('one')
    await ana.toHearNothing()
    await chat.advance('45s')
    await ana.toHear('You said "one".')
    await asPromised(chat)
    await chat.close()
  })

  test('the server notices a half-open connection whose bot has died, and gives the turn to the next process', async () => {
    const { chat, ana } = await begin()
    chat.bot.connection.goesSilent()
    await ana.says('one')
    await chat.restartBot()
    await ana.toHearNothing()
    await chat.advance('1m')
    await ana.toHear('You said "one".')
    await asPromised(chat)
    await chat.close()
  })

  test('a bot that is started again over a late connection is waited for in virtual time', async () => {
    const { chat, ana } = await begin()
    chat.bot.connection.delays('1s')
    await ana.says('one')
    await chat.restartBot()
    await ana.toHearNothing({ for: '3999ms' })
    await chat.advance('1m')
    await ana.toHear('You said "one".')
    await chat.restartBot()
    await chat.bot.connection.recovers()
    await ana.says('two')
    await ana.toHear('You said "two".')
    await asPromised(chat)
    await chat.close()
  })

  test('a bot whose connection is half-open before it is accepted connects again', async () => {
    const { chat, ana } = await begin()
    chat.bot.connection.delays('1s')
    await chat.restartBot()
    chat.bot.connection.goesSilent()
    await ana.says('one')
    await chat.bot.connection.recovers()
    await ana.toHearNothing({ for: '5s' })
    await chat.advance('1m')
    await ana.toHear('You said "one".')
    await asPromised(chat)
    await chat.close()
  })

  test('a person whose connection is half-open before it is accepted connects again', async () => {
    const { chat, ana } = await begin()
    await ana.goesOffline()
    ana.connection.delays('1s')
    await ana.comesBack()
    ana.connection.goesSilent()
    await ana.says('one')
    await ana.connection.recovers()
    await ana.toHearNothing({ for: '5s' })
    await chat.advance('1m')
    await ana.toHear('You said "one".')
    await asPromised(chat)
    await chat.close()
  })

  test('a message is overtaken by that of another device, and all see the order of the journal', async () => {
    const { chat, ana } = await begin()
    const phone = ana.device('phone')
    phone.connection.reorders('publish')
    await phone.says('first')
    await ana.toHearNothing()
    await ana.says('second')
    await ana.toHear('You said "second".')
    await ana.toHear('You said "first".')
    await phone.toHear('You said "second".')
    await phone.toHear('You said "first".')
    await asPromised(chat)
    await chat.close()
  })

  test('a device that was offline hears what it missed, and what was said there goes out', async () => {
    const { chat, ana } = await begin()
    const phone = ana.device('phone')
    await phone.toHearNothing()
    await phone.goesOffline()
    await ana.says('one')
    await ana.toHear('You said "one".')
    await phone.says('two')
    await ana.toHearNothing()
    await phone.comesBack()
    await phone.toHear('You said "one".')
    await phone.toHear('You said "two".')
    await asPromised(chat)
    await chat.close()
  })

  test('what is said to a bot that is offline waits for it', async () => {
    const { chat, ana } = await begin()
    await chat.bot.goesOffline()
    await ana.says('one')
    await ana.toHearNothing({ for: '5m' })
    await chat.bot.comesBack()
    await ana.toHear('You said "one".')
    await asPromised(chat)
    await chat.close()
  })
})

describe('a fault', () => {
  test('that no packet meets fails the test at its end', async () => {
    const chat = await harness({ bot: echo })
    chat.user('ana').connection.drops('pubrec')
    const { message } = await failureOf(() => chat.close())
    expect(message).toMatch(
      /^The test ends, and no packet came that was to get into trouble: ana drops a pubrec from the/,
    )
  })

  test('is told in the transcript, and taken back', async () => {
    const chat = await harness({ bot: echo })
    const ana = chat.user('ana')
    ana.connection.drops('puback')
    await ana.says('hi')
    ana.connection.duplicates('subscribe')
    await ana.connection.recovers()
    const { message } = await failureOf(() => ana.toHear('Goodbye.'))
    expect(message).toContain('(ana: the connection breaks at a puback from the server, which is lost)')
    expect(message).toContain('(ana: the connection recovers)')
    await chat.close()
  })

  test('is one that can be', async () => {
    await using chat = await harness({ bot: echo })
    const { connection } = chat.user('ana')
    expect(() => connection.drops('connack', { from: 'client' })).toThrow('A client sends no connack')
    expect(() => connection.drops('letter' as 'publish')).toThrow('"letter" is no packet of MQTT')
    expect(() => connection.duplicates('puback' as 'publish')).toThrow('Nothing answers a puback')
    await chat.user('ana').goesOffline()
    expect(() => connection.goesSilent()).toThrow('ana has no connection that could go silent')
  })
})
