import type { Client } from '@daakia/client-sdk'
import { directConversation } from '@daakia/protocol'

export interface ParkedOptions {
  client: Client
  bot: string
}

/** What a person is told of a bot whose stored state does not fit its code, and what they can do. */
export const parkedText = ({ client, bot }: ParkedOptions): string =>
  `${bot} cannot go on: its stored state does not fit its code, and waits for another version. ` +
  `To begin anew: daakia parked drop ${directConversation(client.id, bot)} ${bot}`

/** Tells it once, each time that it begins. Returns the way to stop it. */
export const onParked = (options: ParkedOptions, tell: (text: string) => void): (() => void) => {
  let isParked = false
  return options.client.to(options.bot).onState((of, { status }) => {
    if (of !== options.bot) return
    if (status === 'parked' && !isParked) tell(parkedText(options))
    isParked = status === 'parked'
  })
}
