import { harness, type User } from '@daakia/testing'
import { describe, test } from 'vitest'
import { order } from '../src/order.js'

const dishes = 'What would you like?\n1. pizza\n2. lasagne\n3. salad'
const pizzas = 'So that is two large pizzas to 12 Hill Road. Shall I order it?'

/** Each line is said, or heard where it begins with `<`. */
const goes = async (user: User, lines: readonly string[]) => {
  for (const line of lines) await (line.startsWith('< ') ? user.toHear(line.slice(2)) : user.says(line))
}

test('an order with a wrong answer, a reminder, a correction and a restart', async () => {
  await using chat = await harness({ bot: order })
  const ana = chat.user('ana')
  await goes(ana, ['hi', '< Welcome.', `< ${dishes}`, 'large pizza', '< How many?'])
  await goes(ana, ['many', '< "many" is not a whole number from 1 to 12.', '< How many?'])
  await chat.advance('10m')
  await ana.toHear('Are you still there?')
  await chat.restartBot()
  await goes(ana, ['change the dish', `< ${dishes}`])
  chat.bot.toBeInState('asking')
  await goes(ana, ['cancel', '< Cancelled.'])
  await ana.toHearNothing({ for: '2d' })
})

describe('an order', () => {
  test('is taken question by question', async () => {
    await using chat = await harness({ bot: order })
    await goes(chat.user('ana'), [
      ...['hello', '< Welcome.', `< ${dishes}`, 'large pizza', '< How many?', 'two, please'],
      ...['< Where to?', '12 Hill Road', `< ${pizzas}`, 'yes please'],
      '< Ordered: two large pizzas to 12 Hill Road. Enjoy your meal!',
    ])
    chat.bot.toBeInState(undefined)
  })

  test('can be put together by pressing what is offered', async () => {
    await using chat = await harness({ bot: order })
    const ana = chat.user('ana')
    await ana.says('hello')
    await ana.presses('lasagne')
    await ana.toHearInAnyOrder('Welcome.', 'What would you like?', 'How many?')
    await goes(ana, ['two', '< Where to?', 'change the dish', '< What would you like?'])
    await ana.presses('salad')
    await ana.toHear('Where to?')
  })

  test('may be filled in as a form, at any point', async () => {
    await using chat = await harness({ bot: order })
    const ana = chat.user('ana')
    await goes(ana, ['a pizza', '< Welcome.', '< Where to?', 'form'])
    await ana.toHear('Your order\nDish: pizza, lasagne, salad\nHow many\nSize: small, medium, large\nAddress')
    await chat.restartBot()
    await ana.fills({ dish: 'lasagne', count: 3, address: 'here' })
    await goes(ana, ['< "here" is not a text of at least 5 characters.', '< Where to?', '12 Hill Road'])
    await goes(ana, ['< So that is three lasagnes to 12 Hill Road. Shall I order it?', 'Form'])
    await ana.toHear(/^Your order/)
    await ana.fills({ dish: 'salad', count: 1, size: 'small', address: '5 Mill Lane' })
    await goes(ana, ['< Our salads have one size.', '< So that is one salad to 5 Mill Lane. Shall I order it?'])
  })

  test('takes several answers from one message', async () => {
    await using chat = await harness({ bot: order })
    const ana = chat.user('ana')
    await goes(ana, ['hello', '< Welcome.', `< ${dishes}`, 'two large pizzas', '< Where to?', '12 Hill Road'])
    await goes(ana, [`< ${pizzas}`, 'yes', '< Ordered: two large pizzas to 12 Hill Road. Enjoy your meal!'])
  })

  test.each([
    ['two large pizzas to 12 Hill Road', 'two large pizzas to 12 Hill Road'],
    ['one medium lasagne to 12 Hill Road', 'one medium lasagne to 12 Hill Road'],
    ["I'd like 3 salads to 12 Hill Road, please.", 'three salads to 12 Hill Road'],
    ['1 small lasagne to 5 Mill Lane!', 'one small lasagne to 5 Mill Lane'],
  ])('may be all in the first message: %s', async (text, summary) => {
    await using chat = await harness({ bot: order })
    await goes(chat.user('ana'), [text, '< Welcome.', `< So that is ${summary}. Shall I order it?`])
  })

  test.each([
    [['two large pizzas', '< Welcome.', '< Where to?', 'to 12 Hill Road', `< ${pizzas}`]],
    [['two large pizzas', '< Welcome.', '< Where to?', 'please bring them to 12 Hill Road.', `< ${pizzas}`]],
    [['large pizza to 12 Hill Road', '< Welcome.', '< How many?', 'two', `< ${pizzas}`]],
    [['large pizza', '< Welcome.', '< How many?', 'to 12 Hill Road', '< How many?', 'two', `< ${pizzas}`]],
    [['I want to order two large pizzas', '< Welcome.', '< Where to?', '12 Hill Road', `< ${pizzas}`]],
    [['I want to order two large pizzas to 12 Hill Road, please.', '< Welcome.', `< ${pizzas}`]],
  ])('takes the number of a house for that alone: %j', async (lines) => {
    await using chat = await harness({ bot: order })
    await goes(chat.user('ana'), lines)
  })

  test('can be changed at any point, and goes on where it was', async () => {
    await using chat = await harness({ bot: order })
    const ana = chat.user('ana')
    await goes(ana, ['hello', '< Welcome.', `< ${dishes}`, 'salad', '< How many?'])
    await goes(ana, ['change the address', '< Where to?', '12 Hill Road', '< How many?', 'three'])
    await goes(ana, ['< So that is three salads to 12 Hill Road. Shall I order it?'])
    await goes(ana, ['Change the address', '< Where to?', '5 Mill Lane'])
    await goes(ana, ['< So that is three salads to 5 Mill Lane. Shall I order it?'])
    await goes(ana, ['change the number', '< How many?', '1'])
    await goes(ana, ['< So that is one salad to 5 Mill Lane. Shall I order it?'])
    await goes(ana, ['no, make that two', '< So that is two salads to 5 Mill Lane. Shall I order it?'])
    await goes(ana, ['change the dish', `< ${dishes}`, 'lasagne'])
    await goes(ana, ['< So that is two lasagnes to 5 Mill Lane. Shall I order it?'])
    await goes(ana, ['no', '< What should I change?', 'the place', '< Where to?', '1 Long Road'])
    await goes(ana, ['< So that is two lasagnes to 1 Long Road. Shall I order it?', 'yes'])
    await ana.toHear('Ordered: two lasagnes to 1 Long Road. Enjoy your meal!')
  })

  test.each([
    ['what', []],
    ['how many', ['pizza', '< How many?']],
    ['where to', ['two pizzas', '< Where to?']],
    ['to confirm', ['two large pizzas to 12 Hill Road', `< ${pizzas}`]],
  ])('can be cancelled when asked %s, and begun again', async (_, before) => {
    await using chat = await harness({ bot: order })
    const ana = chat.user('ana')
    await goes(ana, ['hello', '< Welcome.', `< ${dishes}`, ...before])
    await goes(ana, ['cancel', '< Cancelled.', 'hello', '< Welcome.', `< ${dishes}`, ...before])
    await goes(ana, ['start over', '< Welcome.', `< ${dishes}`])
  })

  test('says what it does not understand, helps, and goes on asking', async () => {
    await using chat = await harness({ bot: order })
    const ana = chat.user('ana')
    await goes(ana, ['hello', '< Welcome.', `< ${dishes}`, 'soup'])
    await goes(ana, ['< "soup" is not one of pizza, lasagne, or salad.', `< ${dishes}`])
    await ana.says('help')
    await ana.toHear(/^Say all at once, if you like/)
    await goes(ana, [`< ${dishes}`, 'a large salad', '< Where to?', 'here'])
    await goes(ana, ['< "here" is not a text of at least 5 characters.', '< Where to?', '12 Hill Road'])
    await ana.toHear('Our salads have one size.')
    await ana.toHear('So that is one salad to 12 Hill Road. Shall I order it?')
  })

  test('gives up on the fourth answer that it does not understand', async () => {
    await using chat = await harness({ bot: order })
    const ana = chat.user('ana')
    await goes(ana, ['two pizzas', '< Welcome.', '< Where to?'])
    for (const answer of ['x', 'y', 'z']) {
      await goes(ana, [answer, `< "${answer}" is not a text of at least 5 characters.`, '< Where to?'])
    }
    await goes(ana, ['what', '< I stop here. Write again whenever you like.'])
    chat.bot.toBeInState(undefined)
  })

  test('reminds after ten minutes without an answer, once for each, and gives up after a day', async () => {
    await using chat = await harness({ bot: order })
    const ana = chat.user('ana')
    await goes(ana, ['two pizzas', '< Welcome.', '< Where to?'])
    await chat.advance('9m')
    chat.bot.toHaveScheduled('reminder', { in: '1m' })
    await goes(ana, ['repeat', '< Where to?'])
    chat.bot.toHaveScheduled('reminder', { in: '10m' })
    chat.bot.toHaveScheduled('timeout', { in: '1d' })
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
    await goes(ana, ['12 Hill Road', `< ${pizzas}`])
    await chat.restartBot()
    await goes(ana, ['yes', '< Ordered: two large pizzas to 12 Hill Road. Enjoy your meal!'])
  })

  test('of one person is not that of another', async () => {
    await using chat = await harness({ bot: order })
    const [ana, ben] = [chat.user('ana'), chat.user('ben')]
    await goes(ana, ['two pizzas', '< Welcome.', '< Where to?'])
    await goes(ben, ['a salad', '< Welcome.', '< Where to?'])
    await goes(ana, ['12 Hill Road', '< So that is two pizzas to 12 Hill Road. Shall I order it?', 'yes'])
    await ana.toHear('Ordered: two pizzas to 12 Hill Road. Enjoy your meal!')
    chat.bot.toBeInState(undefined, { with: 'ana' })
    chat.bot.toBeInState('asking', { with: 'ben' })
  })
})
