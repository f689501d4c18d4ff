import { createInterface } from 'node:readline'
import type { Client, Message } from '@daakia/client-sdk'
import type { Clock } from '@daakia/protocol'
import type { Io } from '../io.js'
import { recent } from './recent.js'
import { Rest } from './rest.js'
import { transcriptOf } from './transcript.js'

export interface PipedOptions {
  client: Client
  bot: string
  silenceMs: number
  clock?: Clock
}

/** Far enough back to find the last thing that I said. */
const lookBack = 50

/**
 * Says every line of the input, each after the bot rests from the one before, and writes what is said, in the order of
 * the journal. Lines without a text are passed over. Resolves when the input has ended and the bot rests.
 *
 * @throws Silence, Refused
 */
export const chatPiped = async (
  options: PipedOptions,
  { input, output }: Pick<Io, 'input' | 'output'>,
): Promise<void> => {
  const { client, bot } = options
  const conversation = client.to(bot)
  const rest = new Rest(options)
  const stop = conversation.onMessage((message) => {
    const lines = transcriptOf(message, client.id)
    if (lines !== undefined) output.write(lines)
  })
  try {
    await rest.after(lastOwn(options, rest))
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.trim() !== '') await rest.after(conversation.send(line))
    }
  } finally {
    stop()
    rest.stop()
  }
}

/** What was said in an earlier chat, and may still be waiting for the bot. */
const lastOwn = async ({ client, bot }: PipedOptions, rest: Rest): Promise<Message | undefined> => {
  const { messages, head } = await recent({ client, bot, limit: lookBack })
  rest.heardUpTo(head)
  return messages.findLast(({ from }) => from === client.id)
}
