import { describe } from 'vitest'
import { explore } from '../../src/vitest.js'
import { both, counter, desk, patient, radio, shop, till } from './support/bots.js'

describe('a promise that succeeds, fails and never answers', () => {
  explore(till, {
    goal: 'transitions',
    events: { message: ['hello'], pay: ['pay'], cancel: ['cancel'] },
    outcomes: { charge: { succeeds: [{ receipt: 'R1' }], fails: [new Error('declined')], neverAnswers: true } },
    expect: { open: 'Say "pay".', paying: 'One moment.', trouble: 'That went wrong.', paid: 'Paid: R1.' },
  })
})

describe('regions, and a history', () => {
  const say = { sound: /\./, set: /\./ }
  const events = { power: ['power'], next: ['next'], louder: ['louder'] }
  explore(radio, { goal: 'states', events, expect: say })
  explore(radio, { goal: 'transitions', events, expect: say })
  explore(radio, { goal: 'pairs', events, expect: say })
})

describe('buttons and forms', () => {
  explore(desk, {
    goal: 'guards',
    events: { message: ['hello', 'small', 'large'], action: ['With cheese', 'What cheese?', { name: 'Ana' }] },
    drive: {
      action: (person, value) => (typeof value === 'string' ? person.presses(value) : person.fills(value)),
    },
    expect: {
      asking: /Which size/,
      offering: (ana, { act }) => (act.endsWith('"What cheese?"') ? ana.toHear(/^Sorry/) : ana.toHear(/^Cheese/)),
      filling: /^Who/,
      over: 'Thank you.',
    },
  })
})

describe('conversations within one', () => {
  explore(both, {
    goal: 'transitions',
    events: { message: ['hello'], tea: ['tea'], cake: ['cake'] },
    expect: { 'tea.open': /tea\?/, 'tea.over': 'Tea it is.', 'cake.open': /cake\?/, 'cake.over': 'Cake it is.' },
  })
})

describe('a hand-over that comes back', () => {
  explore(shop, {
    goal: 'guards',
    events: { message: ['hello'] },
    outcomes: { payment: { succeeds: [{ paid: true }, { paid: false }], fails: [new Error('cancelled')] } },
    expect: { paid: 'Thank you.', unpaid: 'Another time.' },
  })
})

describe('a context that counts for ever', () => {
  explore(counter, {
    goal: 'transitions',
    events: { message: ['more'] },
    key: ({ value, context }) => [value, Math.min((context as { count: number }).count, 3)],
    expect: { counting: /^\d+$/, enough: 'Enough.' },
  })
})

describe('a bot that waits for quiet', () => {
  explore(patient, {
    goal: 'transitions',
    events: { message: ['hello'], pay: ['pay'], cancel: ['cancel'] },
    outcomes: { charge: { succeeds: [{ receipt: 'R1' }], fails: [new Error('declined')], neverAnswers: true } },
    expect: { open: 'Say "pay".', paying: 'One moment.', trouble: 'That went wrong.', paid: 'Paid: R1.' },
  })
})

describe('a machine by itself', () => {
  explore(shop.machine, {
    goal: 'states',
    events: { message: ['hello'] },
    outcomes: { payment: { succeeds: [{ paid: true }], fails: ['unknown-bot'] } },
    expect: { paid: 'Thank you.', unpaid: 'Another time.' },
  })
})
