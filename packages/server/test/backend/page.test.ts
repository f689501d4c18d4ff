import { readFileSync } from 'node:fs'
import {
  CheckHandoff,
  CommitHandoff,
  CommitTurn,
  Committed,
  FailTurn,
  GiveHandoff,
  Lease,
  ParkTurn,
  Push,
  subscriptionProperties,
} from '@daakia/protocol'
import { describe, expect, test } from 'vitest'
import { turnMethods } from '../../src/backend/turns/turn-calls.js'

const page = readFileSync(new URL('../../../../docs/reference/turns.md', import.meta.url), 'utf8')

const named = (name: string): boolean => page.includes(`\`${name}\``)

describe('the page about turns', () => {
  test.each(
    Object.entries({
      ...{ Lease, Push, CommitTurn, Committed, FailTurn, ParkTurn },
      ...{ CommitHandoff, GiveHandoff, CheckHandoff },
    }),
  )('names every field of %s', (_, schema) => {
    const fields = Object.keys(schema.def.shape).filter((field) => field !== 'type' && field !== 'head')
    expect(fields.filter((field) => !named(field))).toEqual([])
  })

  test('names every method', () => {
    expect(Object.keys(turnMethods({} as never)).filter((method) => !named(method))).toEqual([])
  })

  test('names what a bot announces', () => {
    const { capacity, version, apology, debounce, debounceLongest, takesOverFrom } = subscriptionProperties
    expect(
      [capacity, version, apology, debounce, debounceLongest, takesOverFrom].filter((name) => !named(name)),
    ).toEqual([])
  })
})
