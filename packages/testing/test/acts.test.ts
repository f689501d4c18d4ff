import { describe, expect, test } from 'vitest'
import { harness } from '../src/index.js'
import { echo } from './support/bots.js'
import { failureOf } from './support/failure-of.js'
import { shop } from './support/shop.js'

/** Ana was shown the choices, and has heard nothing yet. */
const shown = async () => {
  const chat = await harness({ bot: shop })
  const ana = chat.user('ana')
  await ana.says('hi')
  return { chat, ana, [Symbol.asyncDispose]: () => chat.close() }
}

/** Ana was shown the card. */
const buying = async () => {
  const { chat, ana } = await shown()
  await ana.presses('small')
  for (const text of ['Which size?', 'Take your time.', 'Size small.', 'Pizza']) await ana.toHear(text)
  return { chat, ana, [Symbol.asyncDispose]: () => chat.close() }
}

/** Ana was shown the form. */
const sending = async () => {
  const { chat, ana } = await buying()
  await ana.presses('Pay')
  await ana.toHear('Where to?')
  return { chat, ana, [Symbol.asyncDispose]: () => chat.close() }
}

describe('a person presses', () => {
  test.each([['large, for two'], ['L']])('a choice by its label or its value, %s', async (choice) => {
    await using scene = await shown()
    const { ana } = scene
    await ana.presses(choice)
    await ana.toHearInAnyOrder('Which size?', 'Take your time.', 'Size L.', 'Pizza')
  })

  test.each([['Two more'], ['more'], [2]])('a button by its label, its id or its value, %s', async (choice) => {
    await using scene = await buying()
    const { ana } = scene
    await ana.presses(choice)
    await ana.toHear('2 more, from message 6.')
  })

  test('nothing that is not there, and is told what is', async () => {
    await using scene = await shown()
    const { ana } = scene
    const failure = await failureOf(() => ana.presses('huge'))
    expect(failure.message).toContain(`ana can't press "huge". With "Which size?", shop offers:
  "small"
  "large, for two" (or "L")
`)
    ana.ignoresTheRest()
  })

  test('no button that opens a page', async () => {
    await using scene = await buying()
    const { ana } = scene
    const failure = await failureOf(() => ana.presses('The menu'))
    expect(failure.message).toContain('"The menu" opens https://example.com/menu: no bot is told that ana presses it.')
  })

  test('nothing before anybody has spoken, nor what came before the device', async () => {
    await using chat = await harness({ bot: shop })
    const ana = chat.user('ana')
    const silent = await failureOf(() => ana.presses('small'))
    expect(silent.message).toContain(`ana can't press "small": nothing was said to ana yet.`)
    await ana.says('hi')
    const late = await failureOf(() => ana.device('phone').presses('small'))
    expect(late.message).toContain(
      `ana on phone can't press "small": nothing that came to ana on phone since ana spoke can be pressed.`,
    )
    ana.ignoresTheRest()
  })

  test('nothing that was offered before they spoke', async () => {
    await using scene = await sending()
    const { ana } = scene
    const failure = await failureOf(() => ana.presses('Pay'))
    expect(failure.message).toContain(
      `ana can't press "Pay": nothing that was said since ana spoke can be pressed; "Pizza" offered it before.`,
    )
    const other = await failureOf(() => ana.presses('Play'))
    expect(other.message).toContain(`ana can't press "Play": nothing that was said since ana spoke can be pressed.`)
  })
})

describe('a person fills in', () => {
  test('the form that was shown last', async () => {
    await using scene = await sending()
    const { ana } = scene
    await ana.fills({ street: '12 Hill Road', floor: 3, where: 'o' })
    await ana.toHear('["address",{"street":"12 Hill Road","floor":3,"where":"o"}]')
  })

  test('nothing that the form could not send, and is told its fields', async () => {
    await using scene = await sending()
    const { ana } = scene
    const failure = await failureOf(() => ana.fills({ floor: 'third', where: 'up', roof: true }))
    expect(failure.message).toContain(
      `ana can't send the form "address" so: there is no field "roof"; "street" is required; "floor" is "third", and has to be a number; "where" offers no "up". Its fields:
  street: "Street", text, required
  floor: "Floor", number
  where: "Hand it over", choice of "inside" or "o"
`,
    )
  })

  test('no form where none was shown', async () => {
    await using scene = await buying()
    const { ana } = scene
    const failure = await failureOf(() => ana.fills({ street: '12 Hill Road' }))
    expect(failure.message).toContain('ana has no form to fill in: none was shown since ana spoke.')
  })
})

describe('a person sends', () => {
  test.each([
    [{ type: 'location', body: { latitude: 48.2, longitude: 16.37 } } as const, 'location'],
    [{ type: 'voice', contentType: 'audio/ogg', payload: new Uint8Array([0, 255, 7]) }, 'voice'],
  ])('what is no text, such as %j', async (saying, type) => {
    await using chat = await harness({ bot: echo })
    const [ana, ben] = [chat.user('ana'), chat.user('ben')]
    await ana.sends(saying, { to: 'ben' })
    expect(await ben.toHear(/./s)).toMatchObject({ type })
  })
})

describe('in any order', () => {
  const several = async () => {
    const chat = await harness({ bot: echo })
    const ana = chat.user('ana')
    for (const text of ['hi', 'one', 'two']) await ana.says(text)
    return { chat, ana, [Symbol.asyncDispose]: () => chat.close() }
  }

  test('are heard the next messages, and given as they were expected', async () => {
    await using scene = await several()
    const heard = await scene.ana.toHearInAnyOrder('You said "two".', /Hello/, 'You said "one".')
    expect(heard.map(({ seq }) => seq)).toEqual([6, 2, 4])
  })

  test('a pattern leaves to a text what only that text stands for', async () => {
    await using scene = await several()
    const heard = await scene.ana.toHearInAnyOrder(/./, /You/, 'Hello.')
    expect(heard.map(({ seq }) => seq)).toEqual([4, 6, 2])
  })

  test('what was not heard is told, with what came in its place', async () => {
    await using scene = await several()
    const failure = await failureOf(() => scene.ana.toHearInAnyOrder(/one/, 'Goodbye.', 'Hello.'))
    expect(failure.message).toContain(
      'ana did not hear all of it.\n  expected: "Goodbye."\n  got:      "You said \\"two\\"."\n',
    )
  })

  test('what has not come at all is told', async () => {
    await using scene = await several()
    const failure = await failureOf(() => scene.ana.toHearInAnyOrder(/one/, /two/, 'Hello.', /three/))
    expect(failure.message).toContain('  expected: /three/\n  got:      nothing else\n')
  })
})

describe('what is left unheard', () => {
  test('does not fail the test of who ignores the rest', async () => {
    await using chat = await harness({ bot: echo })
    const ana = chat.user('ana')
    await ana.says('hi')
    ana.ignoresTheRest()
  })

  test('fails that of another one', async () => {
    const failure = await failureOf(async () => {
      await using chat = await harness({ bot: echo })
      const [ana, ben] = [chat.user('ana'), chat.user('ben')]
      await ana.says('hi')
      await ben.says('hi')
      ana.ignoresTheRest()
    })
    expect(failure.message).toContain('The test ends, and did not hear all that was said: 1 to ben.')
  })
})
