import { explore } from '@daakia/testing/vitest'
import { describe } from 'vitest'
import { pizzeria } from './pizzeria.js'

const given = {
  goal: 'guards' as const,
  events: { message: ['hello', 'large'], cancel: ['cancel'] },
  outcomes: { charge: { succeeds: ['receipt 7'], neverAnswers: true } },
  expect: { trouble: /Once more/, ordered: 'It is ready.', closed: 'Until next time.' },
}

describe('something is missing', () => {
  explore(pizzeria, given)
})

describe('a limit is in the way', () => {
  explore(pizzeria, { ...given, goal: 'states', limit: { depth: 1 } })
})

describe('something can not be played', () => {
  explore(pizzeria, {
    goal: 'states',
    events: { message: ['hello'], action: [{ size: 'large' }] },
    expect: { chosing: 'Which size?' },
  })
})
