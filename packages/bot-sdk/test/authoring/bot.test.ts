import { bot, idempotencyKey } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { type AnyActorRef, createActor, createMachine, setup } from 'xstate'

const machine = createMachine({ id: 'm' })

test('a bot is a definition, with words for when it is at a loss', () => {
  expect(bot({ id: 'order-bot', version: 1, machine })).toMatchObject({
    id: 'order-bot',
    version: 1,
    machine,
    apology: 'Sorry, something went wrong. I could not handle your last message.',
    checkpointAfterMs: 500,
    overlap: 'queue',
    understand: [],
    leastScore: 0.6,
    understandTimeoutMs: 5_000,
    use: [],
    locale: 'en',
    timeZone: 'UTC',
    asides: { cancel: true, help: true, restart: true, repeat: true, skip: true, correct: true },
  })
  expect(bot({ id: 'b', version: 1, machine, notUnderstood: 'Pardon?', apology: 'Oh.' })).toMatchObject({
    notUnderstood: 'Pardon?',
    apology: 'Oh.',
  })
})

test.each([
  ['an id that can name no client', { id: 'order bot' }, 'id: "order bot" can\'t name a bot'],
  ['an id with the sign of direct conversations', { id: 'a~b' }, 'id: "a~b"'],
  ['version 0', { version: 0 }, 'version: 0 is not a whole number from 1'],
  ['a broken version', { version: 1.5 }, 'version: 1.5'],
  ['a checkpoint before the beginning', { checkpointAfterMs: -1 }, 'checkpointAfterMs: -1 is no number from 0'],
  ['a wait for quiet that is none', { overlap: { debounceMs: 0 } }, 'overlap.debounceMs: 0 is not a whole number'],
  ['a word that says nothing of overlap', { overlap: 'bursts' as 'burst' }, 'overlap: "bursts" is none of'],
  ['a longest wait below it', { overlap: { debounceMs: 9, longestMs: 8 } }, 'overlap.longestMs: 8'],
  ['a language that is none', { locale: 'german!' }, 'locale: "german!" is no language tag'],
  ['a time zone that is none', { timeZone: 'Vienna' }, 'timeZone: "Vienna" is no time zone'],
  ['a score above 1', { leastScore: 60 }, 'leastScore: 60 is no number from 0 to 1'],
  ['no time to understand', { understandTimeoutMs: 0 }, 'understandTimeoutMs: 0 is no number above 0'],
  ['a machine without an id', { machine: createMachine({}) }, 'machine: give it an id'],
])('%s is refused, naming the option', (_, wrong, message) => {
  expect(() => bot({ id: 'order-bot', version: 1, machine, ...wrong })).toThrow(message)
})

test('outside of a conversation an idempotency key is made of the id of the actor', () => {
  const actor: AnyActorRef = createActor(machine, { id: 'pay' })
  expect(idempotencyKey(actor)).toBe('local:pay')
})

const child = createMachine({ id: 'child', initial: 'on', states: { on: { meta: { overlap: { debounceMs: 0.5 } } } } })

test.each([
  ['a state', createMachine({ id: 'm', initial: 'a', states: { a: { meta: { overlap: 'bursts' } } } }), 'state "m.a"'],
  ['the root', createMachine({ id: 'm', meta: { overlap: { longestMs: 5 } } }), 'state "m": meta.overlap.debounceMs'],
  ['an actor', setup({ actors: { child } }).createMachine({ id: 'm' }), 'state "child.on": meta.overlap.debounceMs'],
  ['an inline actor', createMachine({ id: 'm', invoke: { src: child } }), 'state "child.on": meta.overlap.debounceMs'],
])('an overlap of %s that can not be is refused, with the state', (_, machine, problem) => {
  expect(() => bot({ id: 'b', version: 1, machine })).toThrow(problem)
})
