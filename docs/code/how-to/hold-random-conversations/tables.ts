import { holds } from '@daakia/testing/vitest'
import fc from 'fast-check'
import { table } from '../test-a-bot/table.js'

holds('whatever people do', {
  bot: table,
  says: ['a table, please', 'tomorrow', 'cancel'],
  fills: { guests: fc.integer({ min: 1, max: 10 }) },
  invariants: {
    'a table is at six or at eight': ({ answers, text }) =>
      answers.every((answer) => !/^A table/.test(text(answer)) || /at (six|eight)/.test(text(answer))),
  },
  savedIn: new URL('./found/', import.meta.url),
})
