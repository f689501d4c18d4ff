import { races } from '@daakia/testing/vitest'
import { expect } from 'vitest'
import { lastTable, tables } from './last-table.js'

races('the last table is booked once', { bot: lastTable, schedules: 100, instances: 2 }, async (chat) => {
  tables.left = 1
  const [ana, ben] = [chat.user('ana'), chat.user('ben')]
  await Promise.all([ana.says('a table'), ben.says('a table')])
  for (const each of [ana, ben]) await each.toHear(/^It is/)
  expect(tables.left).toBe(0)
})
