import { bot, checkState } from '@daakia/bot-sdk'
import { expect } from 'vitest'
import { machine, migrate } from './migrate-a-bot/with-types.js'

const order = bot({ id: 'order-bot', version: 3, machine, migrate })
const stateOfLastWeek = {
  machine: 'order',
  version: 1,
  fingerprint: [],
  snapshot: { status: 'active', value: 'counting', context: { pizzas: 2 }, children: {}, historyValue: {} },
  timers: [],
}

expect(checkState(order, stateOfLastWeek)).toEqual({ fits: true, migrated: true })
