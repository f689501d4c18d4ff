import { bot, say } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { type AnyStateMachine, createMachine } from 'xstate'
import { targetsOf } from '../../src/machine/targets-of.js'
import { till } from './support/bots.js'
import { failures } from './support/planned.js'

const given = {
  goal: 'transitions' as const,
  events: { message: ['hello'], pay: ['pay'], cancel: ['cancel'] },
  outcomes: { charge: { succeeds: [{ receipt: 'R1' }], fails: [new Error('declined')], neverAnswers: true } },
  expect: { open: 'Say "pay".', paying: 'One moment.', trouble: 'That went wrong.', paid: 'Paid: R1.' },
}

interface State {
  entry?: unknown
  on?: Record<string, unknown>
  after?: unknown
  invoke?: { onError?: unknown }
}

/** Functions stay what they are. */
const copyOf = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copyOf(inner)]))
}

/** The till, with something in its machine that is otherwise. */
const mutant = (change: (states: Record<string, State>) => void) => {
  const { config, implementations } = till.machine
  const copy = copyOf(config) as { states: Record<string, State> }
  change(copy.states)
  const machine = createMachine(copy as never, implementations as never) as AnyStateMachine
  return bot({ id: 'till', version: 1, machine, recognise: till.recognise as never })
}

test('the till as it is passes', async () => {
  expect(await failures(till, given)).toEqual({})
})

test('without the way to a state, that is told, and what lay behind it', async () => {
  const broken = mutant(({ open }) => delete open?.on?.pay)
  const { 'every transition is reached': failure } = await failures(broken, given)
  expect(failure).toContain('  till: paying, onDone of charge → paid\n    its state paying was never reached')
  expect(failure).toContain('  till: trouble, pay → paying\n    its state trouble was never reached')
})

test('without the only transition for an event, its values are too many', async () => {
  const broken = mutant(({ paying }) => delete paying?.on)
  expect(await failures(broken, given)).toEqual({
    'what happens can be played': 'No state takes the event "cancel" of events: is it written so in the machine?',
  })
})

test('without a way for a failure, the bot breaks', async () => {
  const broken = mutant(({ paying }) => delete paying?.invoke?.onError)
  expect(await failures(broken, given)).toMatchObject({
    'says "hello" → open → says "pay" → charge fails → breaks':
      "till can't handle the last thing on this path: Error: declined",
  })
})

test('without its patience, what can only be reached by it is told', async () => {
  const broken = mutant(({ paying }) => delete paying?.after)
  const outcomes = { charge: { succeeds: [{ receipt: 'R1' }], neverAnswers: true } }
  const { 'every transition is reached': failure } = await failures(broken, { ...given, outcomes })
  expect(failure).toContain('  till: trouble, pay → paying\n    its state trouble was never reached')
})

test('without a transition on which nothing depends, there is one less to be reached', async () => {
  const broken = mutant(({ paying }) => delete paying?.on?.cancel)
  const transitionsOf = ({ machine }: { machine: AnyStateMachine }) =>
    targetsOf(machine).flatMap(({ kind, id }) => (kind === 'transition' ? [id] : []))
  expect(transitionsOf(till).filter((id) => !transitionsOf(broken).includes(id))).toEqual([
    'till: paying, cancel → open',
  ])
})

test('with another text, each path that comes by it fails', async () => {
  const broken = mutant((states) => Object.assign(states.paid ?? {}, { entry: say('Paid.') }))
  expect(await failures(broken, given)).toEqual({
    'says "hello" → open → says "pay" → charge fails → trouble → says "pay" → charge succeeds → paid':
      expect.stringContaining('expected: "Paid: R1."\n  got:      "One moment.", "Paid."'),
  })
})
