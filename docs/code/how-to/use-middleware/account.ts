import { contextKey, type Middleware } from '@daakia/bot-sdk'
import { type Account, accountOf } from './accounts.js'

export const account = contextKey<Account>('account')

export const customersOnly: Middleware = {
  name: 'customersOnly',
  incoming: async (message, context) => {
    const found = await accountOf(message.from)
    if (!found) return context.reply('Please sign up first.')
    context.set(account, found)
    return message
  },
  outgoing: (said, turn) => {
    if (said.length === 0 || turn.get(account)?.plan !== 'free') return said
    return [...said, { type: 'text', body: { text: 'Sent by the free plan.' } }]
  },
}
