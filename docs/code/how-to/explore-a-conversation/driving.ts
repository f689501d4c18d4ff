import { explore } from '@daakia/testing/vitest'
import { pizzeria } from './pizzeria.js'

explore(pizzeria, {
  goal: 'states',
  events: { message: ['hello', { presses: 'large' }], cancel: ['cancel'] },
  drive: {
    message: (person, value) => (typeof value === 'string' ? person.says(value) : person.presses(value.presses)),
  },
  outcomes: { charge: { succeeds: ['receipt 7'], fails: ['declined'] } },
  expect: { trouble: /Once more\?/, ordered: 'It is in the oven.', closed: 'Until next time.' },
})
