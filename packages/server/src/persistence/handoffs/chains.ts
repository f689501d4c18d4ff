import type { HandoffRecord } from '../tables.js'

/** The hand-overs of a conversation. They make chains: who was handed it may hand it on. */
export type Handoffs = readonly HandoffRecord[] | undefined

const isInForce = ({ takenBack }: HandoffRecord): boolean => takenBack === undefined

/** By which the bot has the conversation, or will have it as soon as it has left what was taken back from it before. */
export const handoffTo = (handoffs: Handoffs, bot: string): HandoffRecord | undefined =>
  handoffs?.find((each) => each.to === bot && isInForce(each))

/** By which the bot had the conversation until it was taken back, which it is still to be told. */
export const takenBackFrom = (handoffs: Handoffs, bot: string): HandoffRecord | undefined =>
  handoffs?.find((each) => each.to === bot && !isInForce(each))

/** Whether the hand-over waits behind one that was taken back: its bot has not taken up anything of it. */
export const isQueued = (handoffs: Handoffs, { to, takenBack }: HandoffRecord): boolean =>
  takenBack === undefined && takenBackFrom(handoffs, to) !== undefined

/** By which the bot has handed it over. */
export const handoffBy = (handoffs: Handoffs, bot: string): HandoffRecord | undefined =>
  handoffs?.find((each) => each.from === bot && isInForce(each))

/** Whether the bot takes turns there because of a hand-over. */
export const isGuest = (handoffs: Handoffs, bot: string): boolean => handoffs?.some(({ to }) => to === bot) === true

/** Those who do. */
export const guestsOf = (handoffs: Handoffs): readonly string[] => [...new Set(handoffs?.map(({ to }) => to))]

/** Whether the bot answers for those whom it was handed the conversation by: it was not taken back. */
export const isStandIn = (handoffs: Handoffs, bot: string): boolean => handoffTo(handoffs, bot) !== undefined

/** Whether people who write are heard by others in the place of this bot, or by nobody any more. */
export const isAway = (handoffs: Handoffs, bot: string): boolean =>
  handoffBy(handoffs, bot) !== undefined || takenBackFrom(handoffs, bot) !== undefined

/** Who may have a turn for what people write. */
export const hearersOf = (members: readonly string[], handoffs: Handoffs): readonly string[] =>
  [...members, ...guestsOf(handoffs)].filter((client) => !isAway(handoffs, client))

/** What the bot has handed over, and what was handed on of it, in that order. */
export const chainFrom = (handoffs: Handoffs, bot: string): HandoffRecord[] => {
  const chain: HandoffRecord[] = []
  for (let next = handoffBy(handoffs, bot); next; next = handoffBy(handoffs, next.to)) chain.push(next)
  return chain
}

/** Those by whom the conversation came to this bot, the nearest first. */
export const chainTo = (handoffs: Handoffs, bot: string): HandoffRecord[] => {
  const chain: HandoffRecord[] = []
  for (let given = handoffTo(handoffs, bot); given; given = handoffTo(handoffs, given.from)) chain.push(given)
  return chain
}

/** Who answers where this bot would: itself, where it has handed nothing over. */
export const holderOf = (handoffs: Handoffs, bot: string): string => chainFrom(handoffs, bot).at(-1)?.to ?? bot

/** All whom a bot answers for, and itself: what names one of them is for it. */
export const namesOf = (handoffs: Handoffs, bot: string): readonly string[] => [
  bot,
  ...chainTo(handoffs, bot).map(({ from }) => from),
]
