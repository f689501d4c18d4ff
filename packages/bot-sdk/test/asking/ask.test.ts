import { ask, GaveUp, type Question, type Said } from '@daakia/bot-sdk'
import { describe, expect, test } from 'vitest'
import { createActor, SimulatedClock } from 'xstate'
import { z } from 'zod'
import { heard } from '../support/heard.js'

type Event = string | { type: 'repeat' | 'skip' | 'help' }

/** Asks, and answers; tells what was said and how it ended. */
function converse<TOutput>(question: Question<TOutput>, ...events: Event[]) {
  const all: Said[] = []
  const clock = new SimulatedClock()
  const actor = createActor(ask(question), { clock })
  actor.on('*', (said) => all.push(said))
  actor.subscribe({ error: () => {} })
  actor.start()
  for (const event of events) actor.send(typeof event === 'string' ? heard(event) : event)
  return {
    all,
    get said() {
      return all.map((said) =>
        'text' in said ? said.text : 'body' in said && 'text' in said.body ? said.body.text : said,
      )
    },
    get snapshot() {
      const { status, output, error } = actor.getSnapshot()
      return { status, output, error }
    },
    get output() {
      return actor.getSnapshot().output
    },
    wait: (ms: number) => clock.increment(ms),
    says: (text: string) => actor.send(heard(text)),
    hears: (event: Exclude<Event, string>) => actor.send(event),
  }
}

const Count = z.int().min(1).max(20)
const Size = z.enum(['small', 'medium', 'large'])

describe('a question', () => {
  test('is asked, and done with the answer as the schema gives it back', () => {
    const { said, output } = converse({ say: 'How many?', schema: Count }, ' a dozen ')
    expect([said, output]).toEqual([['How many?'], 12])
  })

  test('may be made for who is asked', () => {
    const question = {
      say: ({ locale, now }: { locale: string; now: number }) => `${locale} ${now > 0}`,
      schema: Count,
    }
    expect(converse(question).said).toEqual(['en true'])
  })

  test('is asked again, three times unless said otherwise, with what would be right', () => {
    const question = { say: 'How many?', schema: Count }
    const wrong = (answer: string) => `"${answer}" is not a whole number from 1 to 20. How many?`
    const three = converse(question, 'lots', '21', 'c')
    expect(three.said).toEqual(['How many?', wrong('lots'), wrong('21'), wrong('c')])
    expect(three.snapshot.status).toBe('active')
    const four = converse(question, 'lots', '21', 'c', 'd')
    expect([four.said.length, four.snapshot.status]).toEqual([4, 'error'])
    expect(four.snapshot.error).toBeInstanceOf(GaveUp)
    expect(four.snapshot.error).toMatchObject({
      reason: 'answers',
      message: 'No answer to "How many?" that fits, after 4: onError of the state that asks says what comes then',
    })
  })

  test('does not repeat to people what was very long, or is not seen', () => {
    const question = { say: 'How many?', schema: Count }
    const again = 'That is not a whole number from 1 to 20. How many?'
    expect(converse(question, 'x'.repeat(61), '\u200b\u0000').said.slice(1)).toEqual([again, again])
    expect(converse(question, 'a\u202eb\nc').said[1]).toBe('"ab c" is not a whole number from 1 to 20. How many?')
  })

  test('tells the problem that a check of the author names', () => {
    const schema = z.int().refine((n) => n % 2 === 0, 'Only even numbers, please.')
    expect(converse({ say: 'How many?', schema }, '3').said[1]).toBe('Only even numbers, please. How many?')
  })

  test('is asked again as it was where nothing is known of what would be right', () => {
    expect(converse({ say: 'Which?', schema: z.string().regex(/x/) }, 'a').said).toEqual(['Which?', 'Which?'])
  })

  test('is asked again as often as the author wants, and in these words', () => {
    const question = { say: 'How many?', schema: Count }
    expect(converse({ ...question, retry: { max: 0 } }, 'a')).toMatchObject({ said: ['How many?'] })
    expect(converse({ ...question, retry: { max: 0 } }, 'a').snapshot.status).toBe('error')
    expect(converse({ ...question, retry: { say: 'A number, please.' } }, 'a').said.at(-1)).toBe('A number, please.')
    const say = (wrong: string, { expected }: { expected?: string }) => `${wrong}? I need ${expected}.`
    expect(converse({ ...question, retry: { say } }, ' a ').said.at(-1)).toBe('a? I need a whole number from 1 to 20.')
  })

  test('takes an answer that fits after a wrong one', () => {
    expect(converse({ say: 'How many?', schema: Count }, 'a', '2').snapshot).toMatchObject({
      status: 'done',
      output: 2,
    })
  })

  test('whose schema takes its time is refused, saying why', () => {
    const schema = z.string().refine(async () => true)
    expect(converse({ say: 'Name?', schema }, 'ana').snapshot).toMatchObject({
      status: 'error',
      error: { message: expect.stringContaining('has to be synchronous') },
    })
  })

  test('whose answer could not be stored is refused when it is made', () => {
    expect(() => ask({ say: 'When?', schema: z.date() })).toThrow(/use z\.iso\.date\(\)/)
  })
})

describe('a closed list', () => {
  test('is offered', () => {
    const choices = [{ label: 'small' }, { label: 'medium' }, { label: 'large' }]
    const { all, output } = converse({ say: 'Size?', schema: Size }, 'soup', 'large')
    expect(all).toEqual([
      { type: 'choices', body: { text: 'Size?', choices } },
      { type: 'choices', body: { text: '"soup" is not one of small, medium, or large. Size?', choices } },
    ])
    expect(output).toBe('large')
  })

  test('may be offered in other words than its values', () => {
    const choices = [
      { label: ({ locale }: { locale: string }) => `Klein (${locale})`, value: 'small' },
      { label: 'Groß', value: 'large' },
    ]
    const question = { say: 'Größe?', schema: Size, choices }
    expect(converse(question).all).toEqual([
      {
        type: 'choices',
        body: {
          text: 'Größe?',
          choices: [
            { label: 'Klein (en)', value: 'small' },
            { label: 'Groß', value: 'large' },
          ],
        },
      },
    ])
    expect(['gross', 'klein (en)', 'large', '2'].map((answer) => converse(question, answer).output)).toEqual([
      'large',
      'small',
      'large',
      'large',
    ])
    expect(converse(question, 'soup').said[1]).toBe('"soup" is not one of Klein (en) or Groß. Größe?')
  })

  test('may be offered for a schema that takes more', () => {
    const question = { say: 'Colour?', schema: z.string(), choices: ['red', 'green'] }
    expect(['2', 'a red one', 'dark blue'].map((answer) => converse(question, answer).output)).toEqual([
      'green',
      'red',
      'dark blue',
    ])
  })

  test('of values that are numbers takes the value, not the place', () => {
    expect(converse({ say: 'How many?', schema: z.string(), choices: ['2', '1'] }, '1').output).toBe('1')
    expect(converse({ say: 'How many?', schema: z.int(), choices: ['5', '10'] }, '10').output).toBe(10)
    expect(converse({ say: 'How many?', schema: z.int(), choices: ['5', '10'] }, '2').output).toBe(10)
  })
})

describe('turning aside from a question', () => {
  test('has it said again', () => {
    expect(converse({ say: 'Size?', schema: z.string() }, { type: 'repeat' }).said).toEqual(['Size?', 'Size?'])
  })

  test('has its help said, and then the question', () => {
    const question = { say: 'Size?', schema: z.string(), help: 'A small one is for two.' }
    expect(converse(question, { type: 'help' }).said).toEqual(['Size?', 'A small one is for two.', 'Size?'])
    expect(converse({ say: 'Size?', schema: z.string() }, { type: 'help' }).said).toEqual(['Size?'])
  })

  test('leaves it out where it is optional, and only there', () => {
    const question = { say: 'A note?', schema: z.string().min(3) }
    expect(converse({ ...question, optional: true }, 'a', { type: 'skip' }).snapshot).toMatchObject({
      status: 'done',
      output: undefined,
    })
    expect(converse(question, { type: 'skip' }).snapshot.status).toBe('active')
  })
})

test('a question reminds who does not answer, once each time that it is said', () => {
  const reminder = { after: 1_000, say: 'Still there?' }
  const talk = converse({ say: 'How many?', schema: Count, reminder, retry: { say: 'Pardon?' } })
  talk.wait(3_000)
  talk.says('lots')
  talk.wait(999)
  expect(talk.said).toEqual(['How many?', 'Still there?', 'Pardon?'])
  talk.wait(1)
  expect(talk.said.at(-1)).toBe('Still there?')
})

describe('a question with a time limit', () => {
  const question = { say: 'How many?', schema: Count, timeout: 1_000 }

  test('is given up when no answer comes in time', () => {
    const talk = converse(question)
    talk.wait(999)
    expect(talk.snapshot.status).toBe('active')
    talk.wait(1)
    expect(talk.snapshot.error).toBeInstanceOf(GaveUp)
    expect(talk.snapshot.error).toMatchObject({
      reason: 'timeout',
      message: 'No answer to "How many?" in time: onError of the state that asks says what comes then',
    })
  })

  test('waits anew when it is asked again', () => {
    const talk = converse({ ...question, timeout: () => 1_000 }, { type: 'repeat' })
    talk.wait(900)
    talk.hears({ type: 'repeat' })
    talk.wait(900)
    talk.says('lots')
    talk.wait(900)
    talk.says('2')
    talk.wait(1_000)
    expect(talk.snapshot).toMatchObject({ status: 'done', output: 2 })
  })
})
