import { races } from '@daakia/testing/vitest'
import { holding } from './holding.js'

races('a table is held once, whoever dies', { bot: holding, instances: 2, crashes: 2, schedules: 20 }, async (chat) => {
  const [ana, ben] = [chat.user('ana'), chat.user('ben')]
  await Promise.all([ana.says('a table'), ben.says('a table')])
  for (const each of [ana, ben]) await each.toHear('I hold it for ten minutes.')
  await Promise.all([ana.says('yes'), ben.says('yes'), chat.advance('10m')])
  for (const each of [ana, ben]) await each.toHear(/^(Booked|Too late)/)
  await chat.toDeliverExactlyOnce()
  await chat.toPreserveOrder()
})
