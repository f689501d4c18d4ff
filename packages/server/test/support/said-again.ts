import type { PublishPacket } from '@daakia/protocol/mqtt'
import { type Client, propertyOf } from './client.js'
import { textOf } from './peer.js'

/** Says a text, which is its id, too. Where what it was made of is lost it is refused, and said again. */
export const sayUntilTaken = async (client: Client, topic: string, text: string): Promise<void> => {
  while ((await client.say(topic, text, { properties: [['id', text]] })).reasonCode !== 0)
    await new Promise(setImmediate)
}

/** A text, where it lies in its conversation and in the inbox, and whether the inbox begins anew there. */
export const placed = (message: PublishPacket) => [
  textOf(message),
  propertyOf(message, 'seq'),
  propertyOf(message, 'pos')?.split(':')[1],
  propertyOf(message, 'resync'),
]

/** The next messages, as they are placed. */
export const hearsPlaced = async (client: Client, count: number) => {
  const heard: PublishPacket[] = []
  while (heard.length < count) heard.push(await client.hears())
  return heard.map(placed)
}
