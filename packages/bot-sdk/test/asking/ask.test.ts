import { ask, GaveUp, type Question } from '@daakia/bot-sdk'
import { expect, test } from 'vitest'
import { createActor } from 'xstate'
import { z } from 'zod'
import { heard } from '../support/heard.js'

/** Asks, and answers; tells what was said and how it ended. */
function converse<TOutput>(question: Question<TOutput>, ...answers: string[]) {
  const said: string[] = []
  const actor = createActor(ask(question))
  actor.on('say', ({ text }) => said.push(text))
  actor.subscribe({ error: () => {} })
  actor.start()
  for (const answer of answers) actor.send(heard(answer))
  const { status, output, error } = actor.getSnapshot()
  return { said, status, output, error }
}

test('a question is asked, and done with the answer as the schema gives it back', () => {
  const { said, output } = converse({ say: 'How many?', schema: z.coerce.number().int() }, ' 3 ')
  expect(said).toEqual(['How many?'])
  expect(output).toBe(3)
})

test('a wrong answer has it asked again, three times unless said otherwise', () => {
  const question = { say: 'How many?', schema: z.coerce.number() }
  expect(converse(question, 'a', 'b', 'c')).toMatchObject({ said: Array(4).fill('How many?'), status: 'active' })
  const { said, status, error } = converse(question, 'a', 'b', 'c', 'd')
  expect({ said: said.length, status }).toEqual({ said: 4, status: 'error' })
  expect(error).toBeInstanceOf(GaveUp)
  expect(error).toMatchObject({
    message: 'No answer to "How many?" that fits, after 4: onError of the state that asks says what comes then',
  })
})

test('how often, and in which words, is up to the author', () => {
  const question = { say: 'How many?', schema: z.coerce.number() }
  expect(converse({ ...question, retry: { max: 0 } }, 'a')).toMatchObject({ said: ['How many?'], status: 'error' })
  expect(converse({ ...question, retry: { say: 'A number, please.' } }, 'a').said.at(-1)).toBe('A number, please.')
  expect(converse({ ...question, retry: { say: (wrong) => `Not ${wrong}.` } }, ' a ').said.at(-1)).toBe('Not a.')
})

test('an answer that fits after a wrong one is taken', () => {
  expect(converse({ say: 'How many?', schema: z.coerce.number() }, 'a', '2')).toMatchObject({
    status: 'done',
    output: 2,
  })
})

const Size = z.enum(['small', 'medium', 'large'])
test.each([
  ['large', 'large'],
  ['LARGE', 'large'],
  ['2', 'medium'],
  ['the small one, please', 'small'],
])('"%s" names a choice', (answer, output) => {
  expect(converse({ say: 'Size?', schema: Size, choices: Size.options }, answer)).toMatchObject({ output })
})

test.each(['small or large', '4', '0', 'largest', ''])('"%s" names no choice', (answer) => {
  expect(converse({ say: 'Size?', schema: Size, choices: Size.options }, answer)).toMatchObject({ status: 'active' })
})

test('a choice that is a number is not taken for the place of another', () => {
  expect(converse({ say: 'How many?', schema: z.string(), choices: ['2', '1'] }, '1')).toMatchObject({ output: '1' })
})

test('what is no choice is left to the schema', () => {
  const question = { say: 'Colour?', schema: z.string(), choices: ['red', 'green'] }
  expect(converse(question, 'dark blue')).toMatchObject({ output: 'dark blue' })
})

test.each([
  ['yes', true],
  ['No', false],
])('"%s" answers a yes or no question', (answer, output) => {
  expect(converse({ say: 'Sure?', schema: z.stringbool() }, answer)).toMatchObject({ output })
})

test('a schema that takes its time is refused, saying why', () => {
  const schema = z.string().refine(async () => true)
  expect(converse({ say: 'Name?', schema }, 'ana')).toMatchObject({
    status: 'error',
    error: { message: expect.stringContaining('has to be synchronous') },
  })
})
