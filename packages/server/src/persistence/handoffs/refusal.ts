import { deepestHandoff, type GiveHandoff, type HandoffFailure, mostHandoffBytes } from '@daakia/protocol'
import type { Reader } from '../../kv/port.js'
import { isBot, isLoop } from '../bots.js'
import { headOf } from '../journal.js'
import type { Seat } from '../seat.js'
import { bots, type ConversationRecord } from '../tables.js'
import { chainTo, handoffBy, handoffTo, takenBackFrom } from './chains.js'

type Place = Pick<ConversationRecord, 'members' | 'handoffs'>

/** Why the bot may not hand the conversation over so; `undefined` where it may. */
export const refusalOf = (
  reader: Reader,
  { members, handoffs }: Place,
  seat: Seat,
  now: number,
  { to, input }: Pick<GiveHandoff, 'to' | 'input'>,
): HandoffFailure | undefined => {
  const { vendor, bot } = seat
  const already = handoffBy(handoffs, bot)
  if (already)
    return refused('busy', `It is handed over to ${already.to}: wait until it is back, or take it back first`)
  if (takenBackFrom(handoffs, bot))
    return refused('not-allowed', `It was taken back from ${bot}, which has nothing to hand on: let its run end`)
  if (to === bot || chainTo(handoffs, bot).some(({ from }) => from === to))
    return refused('too-deep', `${to} has handed it over itself: give it back with a result instead`)
  if (!isBot(reader, vendor, to))
    return refused('unknown-bot', `No bot "${to}" has ever taken turns here: start it, or correct the name`)
  if (!takesOver(reader, vendor, to, bot))
    return refused('not-allowed', `${to} takes no conversation over from ${bot}: let it announce takes-over-from`)
  if (members.includes(to))
    return refused('busy', `${to} is a member and hears people itself: name it in a message (to), or let it leave`)
  const other = handoffTo(handoffs, to)
  if (other) return refused('busy', `${to} has it from ${other.from}, and has one at a time: try again later`)
  if (chainTo(handoffs, bot).length >= deepestHandoff)
    return refused('too-deep', `It was handed on ${deepestHandoff} times already, which is the most`)
  if (bytesOf(input) > mostHandoffBytes)
    return refused('too-large', `The input has more than ${mostHandoffBytes} bytes as JSON: hand over less`)
  if (isLoop(reader, seat, { seq: headOf(reader, vendor, seat.conversation) + 1, at: now }))
    return refused('loop', 'Bots have handed it to each other again and again, and nobody spoke: wait for somebody')
  return undefined
}

const refused = (code: string, message: string): HandoffFailure => ({ code, message })

const takesOver = (reader: Reader, vendor: string, to: string, from: string): boolean => {
  const { takesOverFrom = [] } = reader.get(bots, [vendor, to]) ?? {}
  return takesOverFrom.includes(from) || takesOverFrom.includes('*')
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '')
