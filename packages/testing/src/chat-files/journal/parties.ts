import type { Message } from '@daakia/client-sdk'

/** What the server calls a message of a turn: the revision of the bot's state, and its place in the turn. */
const ofTurn = /^(?<revision>\d+)\.\d+$/

/** The turn in which a bot said this. */
export const turnOf = ({ id, from }: Message): string => `${from} ${ofTurn.exec(id)?.groups?.revision ?? id}`

interface Parties {
  members: readonly string[]
  messages: readonly Message[]
}

/** The bots among those who spoke; where none did, the only one who is silent. */
export const botsIn = ({ members, messages }: Parties): ReadonlySet<string> => {
  const bots = new Set(messages.filter(({ id }) => ofTurn.test(id)).map(({ from }) => from))
  const silent = members.filter((member) => !messages.some(({ from }) => from === member))
  return bots.size === 0 && silent.length === 1 ? new Set(silent) : bots
}
