import type { Message } from '@daakia/client-sdk'
import { fits } from '../fits.js'

type Expected = string | RegExp

/**
 * Pairs each thing that is expected with a message that fits it and no other has: as many pairs as there can be. A pattern
 * may fit what another expectation needs, so that a pair may have to be changed for the next one.
 *
 * @returns the message for each expectation, in their order; `undefined` where none is left for it
 */
export const paired = (expected: readonly Expected[], messages: readonly Message[]): (Message | undefined)[] => {
  const ownerOf = new Map<Message, number>()
  const claim = (owner: number, tried: Set<Message>): boolean =>
    messages.some((message) => {
      if (tried.has(message) || !fits(message, expected[owner] as Expected)) return false
      tried.add(message)
      const other = ownerOf.get(message)
      if (other !== undefined && !claim(other, tried)) return false
      ownerOf.set(message, owner)
      return true
    })
  for (const owner of expected.keys()) claim(owner, new Set())
  const found = new Map([...ownerOf].map(([message, owner]) => [owner, message]))
  return expected.map((_, owner) => found.get(owner))
}
