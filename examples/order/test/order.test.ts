import { harness, type User } from '@daakia/testing'
import { describe, test } from 'vitest'
import { order } from '../src/order.js'

const dishes = 'What would you like: pizza, lasagne or salad?'

/** Each line is said, or heard where it begins with `<`. */
const goes = async (user: User, lines: readonly string[]) => {
  for (const line of lines) await (line.startsWith('< ') ? user.toHear(line.slice(2)) : user.says(line))
}

test('an order with a wrong answer, a reminder, a correction and a restart', async () => {
  await using chat = await harness({ bot: order })
  const ana = chat.user('ana')
  await ana.says('hi')
  await ana.toHear('Welcome.')
  await ana.toHear(/^What would you like/)
  await ana.says('large pizza')
  await ana.toHear('How many?')
  await ana.says('many')
  await ana.toHear('"many" is not a whole number from 1 to 12. How many?')
  await chat.advance('10m')
  await ana.toHear('Are you still there?')
  await chat.restartBot()
  await ana.says('change the dish')
  await ana.toHear(/^What would you like/)
  chat.bot.toBeInState({ asking: 'dish' })
  await ana.says('cancel')
  await ana.toHear('Cancelled.')
  await ana.toHearNothing({ for: '2d' })
})

describe('an order', () => {
  test('is taken question by question', async () => {
    await using chat = await harness({ bot: order })
    await goes(chat.user('ana'), [
      'hello',
      '< Welcome.',
      `< ${dishes}`,
      'large pizza',
      '< How many?',
      'two, please',
      '< Where to?',
      '12 Hill Road',
      '< So that is two large pizzas to 12 Hill Road.',
      '< Shall I order it?',
      'yes please',
      '< Ordered: two large pizzas to 12 Hill Road. Enjoy your meal!',
    ])
    chat.bot.toBeInState(undefined)
  })

  test('takes several answers from one message', async () => {
    await using chat = await harness({ bot: order })
    const ana = chat.user('ana')
    await goes(ana, ['hello', '< Welcome.', `< ${dishes}`, 'two large pizzas', '< Where to?', '12 Hill Road'])
    await ana.toHear('So that is two large pizzas to 12 Hill Road.')
    await goes(ana, ['< Shall I order it?', 'yes'])
    await ana.toHear(/^Ordered: two large pizzas to 12 Hill Road/)
  })

  test('may be all in the first message', async () => {
    await using chat = await harness({ bot: order })
    const ana = chat.user('ana')
    await ana.says("I'd like a salad to 12 Hill Road, please.")
    await goes(ana, [
      '< Welcome.',
      '< So that is one salad to 12 Hill Road.',
      '< Shall I order it?',
      'no',
      '< Cancelled.',
    ])
  })

  test('can be changed at any point, and goes on where it was', async () => {
    await using chat = await harness({ bot: order })
    const ana = chat.user('ana')
    await goes(ana, ['hello', '< Welcome.', `< ${dishes}`, 'salad', '< How many?'])
    await goes(ana, ['change the address', '< Where to?', '12 Hill Road', '< How many?', 'three'])
    await goes(ana, ['< So that is three salads to 12 Hill Road.', '< Shall I order it?'])
    await goes(ana, ['Change the address', '< Where to?', '5 Mill Lane'])
    await goes(ana, ['< So that is three salads to 5 Mill Lane.', '< Shall I order it?'])
    await goes(ana, ['change the number', '< How many?', 'one', '< So that is one salad to 5 Mill Lane.'])
    await goes(ana, ['< Shall I order it?', 'change the dish', `< ${dishes}`, 'lasagne'])
    await goes(ana, ['< So that is one lasagne to 5 Mill Lane.', '< Shall I order it?'])
    chat.bot.toBeInState({ asking: 'confirm' })
  })

  test.each([
    ['what', []],
    ['how many', ['pizza', '< How many?']],
    ['where to', ['two pizzas', '< Where to?']],
    ['a new address', ['two pizzas', '< Where to?', 'change the address', '< Where to?']],
    ['to confirm', ['two pizzas to 12 Hill Road', '< So that is two pizzas to 12 Hill Road.', '< Shall I order it?']],
  ])('can be cancelled when asked %s, and begun again', async (_, before) => {
    await using chat = await harness({ bot: order })
    const ana = chat.user('ana')
    await goes(ana, ['hello', '< Welcome.', `< ${dishes}`, ...before])
    await goes(ana, ['cancel', '< Cancelled.', 'hello', '< Welcome.', `< ${dishes}`])
  })

  test('says what it does not understand, and goes on asking', async () => {
    await using chat = await harness({ bot: order })
    const ana = chat.user('ana')
    await goes(ana, ['hello', '< Welcome.', `< ${dishes}`, 'soup'])
    await ana.toHear(`I don't know "soup". We have pizza, lasagne and salad, small, medium or large.`)
    await goes(ana, ['pizza', '< How many?', 'many', '< "many" is not a whole number from 1 to 12. How many?'])
    await goes(ana, ['thirteen', '< "thirteen" is not a whole number from 1 to 12. How many?', 'two', '< Where to?'])
    await goes(ana, [
      'here',
      '< "here" is too short. Where to?',
      '12 Hill Road',
      '< So that is two pizzas to 12 Hill Road.',
    ])
    await goes(ana, ['< Shall I order it?', 'hm', '< "hm" is not yes or no. Shall I order it?'])
    await ana.says('help')
    await ana.toHear(/^Answer the question/)
    await ana.toHear('Shall I order it?')
  })

  test('gives up on the fourth answer that it does not understand', async () => {
    await using chat = await harness({ bot: order })
    const ana = chat.user('ana')
    await goes(ana, ['two pizzas to 12 Hill Road', '< Welcome.', '< So that is two pizzas to 12 Hill Road.'])
    await ana.toHear('Shall I order it?')
    for (const answer of ['hm', 'well', 'er']) {
      await ana.says(answer)
      await ana.toHear(`"${answer}" is not yes or no. Shall I order it?`)
    }
    await goes(ana, ['perhaps', '< I stop here. Write again whenever you like.'])
    chat.bot.toBeInState(undefined)
  })

  test('reminds after ten minutes without an answer, once for each, and gives up after a day', async () => {
    await using chat = await harness({ bot: order })
    const ana = chat.user('ana')
    await goes(ana, ['two pizzas', '< Welcome.', '< Where to?'])
    await chat.advance('9m')
    await goes(ana, ['change the address', '< Where to?'])
    await ana.toHearNothing({ for: '599s' })
    await chat.advance('1s')
    await ana.toHear('Are you still there?')
    await ana.toHearNothing({ for: '23h' })
    await chat.advance('50m')
    await ana.toHear('I stop here. Write again whenever you like.')
    await ana.toHearNothing({ for: '7d' })
  })

  test('goes on after a restart of the bot, its reminder too', async () => {
    await using chat = await harness({ bot: order })
    const ana = chat.user('ana')
    await goes(ana, ['two large pizzas', '< Welcome.', '< Where to?'])
    await chat.restartBot()
    await chat.advance('10m')
    await ana.toHear('Are you still there?')
    await chat.restartBot()
    await goes(ana, ['12 Hill Road', '< So that is two large pizzas to 12 Hill Road.', '< Shall I order it?'])
    await chat.restartBot()
    await goes(ana, ['yes', '< Ordered: two large pizzas to 12 Hill Road. Enjoy your meal!'])
  })

  test('of one person is not that of another', async () => {
    await using chat = await harness({ bot: order })
    const [ana, ben] = [chat.user('ana'), chat.user('ben')]
    await goes(ana, ['two pizzas', '< Welcome.', '< Where to?'])
    await goes(ben, ['a salad', '< Welcome.', '< Where to?', '5 Mill Lane', '< So that is one salad to 5 Mill Lane.'])
    await goes(ana, ['12 Hill Road', '< So that is two pizzas to 12 Hill Road.', '< Shall I order it?'])
    await ben.toHear('Shall I order it?')
    chat.bot.toBeInState({ asking: 'confirm' }, { with: 'ben' })
  })
})
