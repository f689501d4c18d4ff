/**
 * What the examples of docstrings take for granted, beside all that the packages export: names that stand for an
 * author's own things. It is compiled and never run.
 */

import type {
  Around,
  Bot,
  Heard,
  HeardMessage,
  IncomingContext,
  Intent,
  RunInput,
  Said,
  TurnContext,
  Understood,
} from '@daakia/bot-sdk'
import { ask } from '@daakia/bot-sdk'
import type { Client, Conversation } from '@daakia/client-sdk'
import type { Chat, User } from '@daakia/testing'
import { fromPromise, setup } from 'xstate'
import { z } from 'zod'

export * from '@daakia/bot-sdk'
export * from '@daakia/client-sdk'
export * from '@daakia/testing'
export * from '@daakia/testing/coverage'
export * from '@daakia/testing/vitest'
export { pino } from 'pino'
export { expect } from 'vitest'
export { defineConfig } from 'vitest/config'
export { assign, emit, fromPromise, sendTo, setup } from 'xstate'
export { z } from 'zod'

/** The types of the machine that properties of a state are a part of. */
export interface Types {
  input: RunInput
  context: Order
  events: Heard<Intent<'order', { count: number; dish: string }> | Intent<'hours'>>
  emitted: Said
}

/** The actors that such a machine knows. */
export const actors = {
  count: ask({ say: 'How many?', schema: z.int() }),
  look: fromPromise(async () => 'a table at eight'),
}

export interface Order {
  count: number
  size?: 'small' | 'large' | undefined
  dish?: string | undefined
  name?: string | undefined
}

export const machine = setup({ types: {} as Types }).createMachine({
  id: 'order',
  context: { count: 1 },
  initial: 'asking',
  states: { asking: { tags: 'open', on: { order: 'paying' } }, paying: {} },
})

export const hours = setup({ types: {} as { input: RunInput; events: Heard; emitted: Said } }).createMachine({
  id: 'hours',
})

export interface Account {
  plan: 'free' | 'paid'
}

export declare const order: Bot<typeof machine>
export declare const support: Bot
/** Makes the bot, for a shop that may be a real one. */
export declare function orderBot(shop: { orders: readonly Order[] }): typeof order
export declare function fakeShop(): { orders: readonly Order[] }
/** As the last commit has stored it. */
export declare const stored: unknown
export declare const client: Client
export declare const conversation: Conversation
export declare const message: HeardMessage
export declare const around: Around
export declare const context: IncomingContext
export declare const turn: TurnContext
export declare const understood: Understood
export declare const chat: Chat<typeof machine>
export declare const ana: User
export declare function accountOf(client: string): Promise<Account>
export declare function pay(order: unknown, options: { idempotencyKey: string }): Promise<void>
