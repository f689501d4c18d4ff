import type { Body } from '@daakia/protocol'

/**
 * Message types that a bot shows, beside texts.
 *
 * @example
 * const menu: Shown = { type: 'card', body: { title: 'Menu', text: 'Today: lasagne' } }
 */
export type Shown = { [TType in ShownType]: { type: TType; body: Body<TType> } }[ShownType]
/**
 * The types of messages that a bot shows, beside texts.
 *
 * @example
 * const shown: ReadonlySet<string> = new Set<ShownType>(['card', 'choices', 'form', 'media'])
 * const isShown = (said: Said): said is Shown => shown.has(said.type)
 */
export type ShownType = 'card' | 'choices' | 'form' | 'media'

/**
 * What a machine emits when it speaks. A plain machine may emit it too, by XState's own `emit`.
 *
 * @example
 * entry: emit({ type: 'say', text: 'Hello.' } satisfies Said)
 */
export type Said =
  /** `as` names it, so that it can be edited and unsent. */
  | { type: 'say'; text: string; as?: string }
  | Shown
  /** Shows that an answer is being written; kept nowhere. */
  | { type: 'typing' }
  /** What is said after it waits so long, milliseconds. */
  | { type: 'pause'; ms: number }
  /** Reacts to the message `seq`; without it, to the one that is being answered. */
  | { type: 'react'; reaction: string; seq?: number; removed?: true }
  /** The message that was said as `name` is to be read as this text. */
  | { type: 'edit'; name: string; text: string }
  /** The message that was said as `name` is to be shown no more. */
  | { type: 'unsend'; name: string }
