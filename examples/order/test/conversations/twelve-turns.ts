import type { Chat } from '@daakia/testing'

/** Twelve turns: a wrong answer, a correction, a reminder, an order, and one that is given up. */
export const twelveTurns = async (chat: Chat): Promise<void> => {
  const ana = chat.user('ana')
  const dishes = 'What would you like?\n1. pizza\n2. lasagne\n3. salad'
  const talk: [says: string, hears: string[]][] = [
    ['hi', ['Welcome.', dishes]],
    ['large pizza', ['How many?']],
    ['many', ['"many" is not a whole number from 1 to 12.', 'How many?']],
    ['change the dish', [dishes]],
    ['large lasagne', ['How many?']],
    ['two, please', ['Where to?']],
  ]
  for (const [says, hears] of talk) {
    await ana.says(says)
    for (const text of hears) await ana.toHear(text)
  }
  await chat.advance('10m')
  await ana.toHear('Are you still there?')
  await ana.says('12 Hill Road')
  await ana.toHear('So that is two large lasagnes to 12 Hill Road. Shall I order it?')
  await ana.says('yes please')
  await ana.toHear('Ordered: two large lasagnes to 12 Hill Road. Enjoy your meal!')
  await ana.says('hello again')
  await ana.toHear('Welcome.')
  await ana.toHear(dishes)
  await ana.says('small pizza')
  await ana.toHear('How many?')
  await ana.says('cancel')
  await ana.toHear('Cancelled.')
}
