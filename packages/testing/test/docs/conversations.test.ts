import { type Bot, bot } from '@daakia/bot-sdk'
import { type Chat, type Duration, harness } from '@daakia/testing'
import { describe, test } from 'vitest'
import { order as asking } from '../../../../docs/code/how-to/ask-questions.js'
import { helpdesk } from '../../../../docs/code/how-to/choose-what-overlaps/helpdesk.js'
import { patient } from '../../../../docs/code/how-to/choose-what-overlaps/patient.js'
import { desk as discreet } from '../../../../docs/code/how-to/draw-buttons/discreet.js'
import { order as filling } from '../../../../docs/code/how-to/fill-in-an-object.js'
import { orderBot, paymentBot } from '../../../../docs/code/how-to/hand-over-a-conversation.js'
import { delivery } from '../../../../docs/code/how-to/handle-errors/delivery.js'
import { support } from '../../../../docs/code/how-to/hold-several-conversations.js'
import { menu } from '../../../../docs/code/how-to/say-more-than-text.js'
import { order as multilingual } from '../../../../docs/code/how-to/speak-several-languages.js'
import { order as turningAside } from '../../../../docs/code/how-to/turn-aside/order.js'
import { order as switched } from '../../../../docs/code/how-to/turn-aside/switched.js'
import { byExamples } from '../../../../docs/code/how-to/understand-intents/by-examples.js'
import { shop } from '../../../../docs/code/how-to/understand-intents/by-patterns.js'
import { customersOnly } from '../../../../docs/code/how-to/use-middleware/account.js'
import { machine } from '../../../../docs/code/how-to/use-middleware/machine.js'
import { greeter } from '../../../../docs/code/README/greeter.js'

const order = bot({ id: 'order-bot', version: 1, machine, use: [customersOnly] })

/** Each line is said by ana, or heard by her where it begins with `<`; `@` lets time pass. */
const conversations: Record<string, { bot: Bot; lines: readonly string[] }> = {
  README: { bot: greeter, lines: ['hi', '< What is your name?', 'Ana', '< Hello, Ana.'] },
  'ask-questions': {
    bot: asking,
    lines: [
      'hi',
      '< Which size?\n1. small\n2. large',
      'the small one',
      '< How many?',
      'lots',
      '< "lots" is not a whole number from 1 to 20. How many?',
      'a dozen',
      '< When?',
      'tomorrow at 5 pm',
      '< 12 small, 2026-01-02T17:00:00+01:00.',
    ],
  },
  'choose-what-overlaps': {
    bot: helpdesk,
    lines: [
      'hi',
      '< What is wrong?',
      'my printer',
      '@ 1s',
      'is on fire',
      '@ 2s',
      '< I see: my printer is on fire.',
      '< Shall I send somebody?',
      'yes',
      '< Thank you.',
    ],
  },
  'choose-what-overlaps, for a whole bot': { bot: patient, lines: ['hi', '@ 1500ms', '< What is wrong?'] },
  'draw-buttons': {
    bot: discreet,
    lines: ['hi', '< What can I do for you?', '@ 1m'],
  },
  'fill-in-an-object': {
    bot: filling,
    lines: [
      'twelve large ones',
      '< Where to?',
      'help',
      '< A street and a number.',
      '< Where to?',
      '@ 10m',
      '< Are you still there?',
      '12 Hill Road',
      '< We have ten large ones at most.',
      '< How many?',
      '2',
      '< 2 large to 12 Hill Road. Right?',
      'change the place to 7 Mill Lane',
      '< 2 large to 7 Mill Lane. Right?',
      'yes',
      '< Ordered.',
    ],
  },
  'handle-errors': {
    bot: delivery,
    lines: [
      'hi',
      '< What shall we bring?',
      'pizza',
      '< It is on its way. What else?',
      'piano',
      '< No courier takes that. What else?',
      'unicorn',
      '< That went wrong on our side. Shall somebody call you?',
      'yes',
      '< We know of it. What else shall we bring?',
    ],
  },
  'hold-several-conversations': {
    bot: support,
    lines: [
      'hello',
      '< Which street?',
      'when are you open?',
      '< From ten to ten.',
      '< Which street?',
      'Hill Road',
      '< To Hill Road.',
    ],
  },
  'say-more-than-text': {
    bot: menu,
    lines: [
      'hi',
      '< Look what we have:',
      '< Menu\nToday: lasagne\nA pizza\n1. Another one',
      'a table, please',
      '< Let me see.',
      '@ 2s',
      '< There is a table at eight.',
      'really?',
      '< Looking …',
      'well?',
      '< * Found it.',
    ],
  },
  'speak-several-languages': {
    bot: multilingual,
    lines: ['hi', '< Hi!', 'well?', '< 2 pizzas for Ana, at 6:30 PM.'],
  },
  'turn-aside': {
    bot: turningAside,
    lines: [
      'hi',
      '< Which size?\n1. small\n2. large',
      'help',
      '< Answer the question, or say "cancel".',
      '< Which size?\n1. small\n2. large',
      'small',
      '< How many?',
      'two',
      '< 2 small.',
      '< Right?',
      'no, make that three',
      '< How many?',
      '< 3 small.',
      '< Right?',
      'cancel',
      '< Nothing ordered.',
    ],
  },
  'turn-aside, with a word of its own': {
    bot: switched,
    lines: ['hi', '< Which size?\n1. small\n2. large', 'abort', '< Nothing ordered.'],
  },
  'understand-intents': {
    bot: shop,
    lines: [
      'hi',
      'I want to order 2 pizza',
      '< 2 pizza, coming.',
      'opening hours',
      '< From ten to ten.',
      'hm',
      '< You can order, or ask when we are open.',
    ],
  },
  'understand-intents, by examples': {
    bot: bot({ id: 'shop-bot', version: 1, machine: shop.machine, understand: byExamples }),
    lines: ['hi', 'can i have a salad', '< One salad, coming.', 'are you open on a sunday', '< From ten to ten.'],
  },
  'use-middleware': {
    bot: order,
    lines: ['hi', 'a pizza', '< Noted.', '< Sent by the free plan.'],
  },
}

const play = async (chat: Chat, lines: readonly string[]) => {
  const ana = chat.user('ana')
  for (const line of lines) {
    if (line.startsWith('< ')) await ana.toHear(line.slice(2))
    else if (line.startsWith('@ ')) await chat.advance(line.slice(2) as Duration)
    else await ana.says(line)
  }
}

describe('the bots of the pages talk as their pages say', () => {
  test.each(Object.entries(conversations))('%s', async (_page, { bot, lines }) => {
    await using chat = await harness({ bot })
    await play(chat, lines)
  })

  test('check-a-deploy', () => import('../../../../docs/code/how-to/check-a-deploy.js'))

  test('hand-over-a-conversation', async () => {
    await using chat = await harness({ bots: [orderBot, paymentBot] })
    const lines = ['hi', '< One pizza, 7 euros. Right?', 'yes', '< [handed over to payment-bot: payment]']
    await play(chat, [...lines, '< 7 euros: which card?', 'cancel', '< Cancelled.', '< [handed back to order-bot]'])
    await play(chat, ['< One pizza, 7 euros. Right?'])
  })

  test('use-middleware, to who has no account', async () => {
    await using chat = await harness({ bot: order })
    const cem = chat.user('cem')
    await cem.says('a pizza')
    await cem.toHear('Please sign up first.')
  })
})
