import { expect, test, vi } from 'vitest'
import { harness } from '../../../src/index.js'
import { echo } from '../../support/bots.js'

type Speech = { packet: { payload: Uint8Array; properties?: { userProperties?: [string, string][] } } }
type Speak = (session: unknown, conversation: string, speech: Speech) => Promise<unknown>
type CreateSpeak = (parts: unknown) => Speak

/** Nobody looks what a message was to come after. */
const withoutOrder = (speech: Speech): Speech => {
  const { properties = {} } = speech.packet
  const userProperties = properties.userProperties?.filter(([name]) => name !== 'after') ?? []
  return { ...speech, packet: { ...speech.packet, properties: { ...properties, userProperties } } }
}

const isBroken = vi.hoisted(() => ({ now: false }))

/** What a client publishes first is stored when what it publishes next was. */
vi.mock('../../../../server/src/broker/exchange/speak.js', async (original) => {
  const module = await original<{ createSpeak: CreateSpeak }>()
  const createSpeak: CreateSpeak = (parts) => {
    const speak = module.createSpeak(parts)
    let isNextStored = () => {}
    const nextIsStored = new Promise<void>((resolve) => {
      isNextStored = resolve
    })
    return async (session, conversation, speech) => {
      const text = new TextDecoder().decode(speech.packet.payload)
      if (isBroken.now && text === 'one') await nextIsStored
      const outcome = await speak(session, conversation, isBroken.now ? withoutOrder(speech) : speech)
      if (text === 'two') isNextStored()
      return outcome
    }
  }
  return { ...module, createSpeak }
})

const sayTwo = async () => {
  const chat = await harness({ bot: echo })
  const ana = chat.user('ana')
  ana.ignoresTheRest()
  try {
    await ana.says('hi')
    await Promise.all([ana.sends('one'), ana.sends('two')])
    await chat.toDeliverExactlyOnce()
    await chat.toPreserveOrder()
  } finally {
    await chat.close()
  }
}

test('a broker that stores what one sender says in another order is found by the check of order', async () => {
  isBroken.now = true
  await expect(sayTwo()).rejects.toThrow(/reordered: what ana sent after message \d+ of ana~echo became message \d+/)
  isBroken.now = false
  await sayTwo()
})
