import { explore } from '@daakia/testing/vitest'
import { support } from '../src/support.js'

explore(support, {
  goal: 'guards',
  events: {
    message: ['hello', 'yesterday', 'ana@example.com', 'yes', 'no'],
    problem: ['my router is broken'],
    hours: ['when are you open'],
    works: ['it works'],
  },
  expect: {
    'welcome.told': /^Hello\./,
    'hours.told': 'We are here from Monday to Friday, from nine to five.',
    'problem.describing': /\?/,
    'problem.trying': /Tomorrow I ask how it went/,
    'problem.asking': /Did that help\?/,
    'problem.solved': 'I am glad.',
    'problem.handedOn': 'I have asked a colleague to get in touch with you.',
  },
})
