import { describe, expect, test } from 'vitest'
import { harness } from '../src/index.js'
import { echo } from './support/bots.js'
import { failureOf } from './support/failure-of.js'

describe.each(['memory', 'tcp'] as const)('several devices of a person over %s', (transport) => {
  test('each hear what others say, and show what the person says on another one', async () => {
    await using chat = await harness({ bot: echo, transport })
    const ana = chat.user('ana')
    const phone = ana.device('phone')
    await ana.says('hi')
    await ana.toHear('Hello.')
    await phone.toHear('hi', { from: 'ana' })
    await phone.toHear('Hello.')
    await phone.says('one')
    await phone.toHear('You said "one".')
    await ana.toHear('one', { from: 'ana' })
    await ana.toHear('You said "one".')
    await chat.toDeliverExactlyOnce()
    await chat.toPreserveOrder()
  })

  test('hear together what is said: what one has heard is passed over by the other', async () => {
    await using chat = await harness({ bot: echo, transport })
    const ana = chat.user('ana')
    const phone = ana.device('phone')
    await ana.says('hi')
    await ana.toHear('Hello.')
    await phone.toHearNothing()
    await phone.says('one')
    await phone.toHear('You said "one".')
    await ana.says('two')
    await ana.toHear('You said "two".')
  })
})

test('the same name is the same device, and a name is one that can be written', async () => {
  await using chat = await harness({ bot: echo })
  const ana = chat.user('ana')
  expect(ana.device('phone')).toBe(ana.device('phone'))
  expect(ana.device('phone').name).toBe('ana on phone')
  expect(() => ana.device('my phone')).toThrow('"my phone" cannot name a device')
})

test('a device that comes late hears nothing of what was said before', async () => {
  await using chat = await harness({ bot: echo })
  const ana = chat.user('ana')
  await ana.says('hi')
  await ana.toHear('Hello.')
  const phone = ana.device('phone')
  await phone.toHearNothing()
  await chat.advance('10m')
  await phone.toHear('Anybody there?')
  await chat.toDeliverExactlyOnce()
})

test('what is heard in any order may be what the person said, or heard, on another device', async () => {
  await using chat = await harness({ bot: echo })
  const ana = chat.user('ana')
  const phone = ana.device('phone')
  await ana.says('hi')
  await ana.toHear('Hello.')
  await ana.says('one')
  await phone.toHearInAnyOrder('You said "one".', 'Hello.', 'hi')
  await expect(phone.toHearInAnyOrder('You said "one".')).rejects.toThrow('did not hear all of it')
  ana.ignoresTheRest()
})

test('all devices of a person are in a room with them', async () => {
  await using chat = await harness({ bot: echo })
  const ben = chat.user('ben').device('phone')
  await chat.room('team', ['ana', 'ben', 'echo'])
  await ben.says('to all', { room: 'team' })
  await chat.user('ana').toHearInAnyOrder('to all', 'Hello.')
  await chat.user('ben').toHear('Hello.')
  await ben.toHear('Hello.')
  await chat.toDeliverExactlyOnce()
})

describe('a failure', () => {
  test('names the device, also before what was said on it', async () => {
    const chat = await harness({ bot: echo })
    const phone = chat.user('ana').device('phone')
    await phone.says('hi')
    const { message } = await failureOf(() => phone.toHear('Goodbye.'))
    expect(message).toContain('ana on phone heard something else.')
    expect(message).toContain('0s  ana on phone> hi\n')
    expect(message).toContain('0s  echo< Hello.   <- not heard by ana\n')
    expect(message).toContain('Connections: ana online, ana on phone online, echo online\n')
    await chat.close()
  })

  test('tells of what no device of a person has heard, once', async () => {
    const chat = await harness({ bot: echo })
    const phone = chat.user('ana').device('phone')
    await phone.says('hi')
    await phone.says('one')
    await phone.toHear('Hello.')
    const { message } = await failureOf(() => chat.close())
    expect(message).toContain('The test ends, and did not hear all that was said: 1 to ana.')
  })

  test('names the call on a device for which nobody waits', async () => {
    const chat = await harness({ bot: echo })
    const ana = chat.user('ana')
    ana.ignoresTheRest()
    ana.device('phone').says('hi')
    await expect(chat.close()).rejects.toThrow(`write "await ana.device('phone').says(…)"`)
  })
})
