import { type Chat, type Duration, harness } from '@daakia/testing'
import { test } from 'vitest'
import { support } from '../src/support.js'

/** Ana says each line, or hears it where it begins with `<`; `@` lets time pass, and `!` ends the bot's process. */
const goes = async (chat: Chat, lines: readonly string[]) => {
  const ana = chat.user('ana')
  for (const line of lines) {
    if (line === '!') await chat.restartBot()
    else if (line.startsWith('@')) await chat.advance(line.slice(1) as Duration)
    else await (line.startsWith('< ') ? ana.toHear(line.slice(2)) : ana.says(line))
  }
}

const open = 'We are here from Monday to Friday, from nine to five.'
const sorry = 'I am sorry to hear that.'
const device = 'What does not work?'
const since = 'Since which day?'
const contact = 'How can we reach you, by mail or by phone?'
const advice = 'Please switch the router off and on. Tomorrow I ask how it went.'

/** Up to the advice. */
const described = [
  ...['my router is broken', `< ${sorry}`, `< ${since}`, 'yesterday', `< ${contact}`],
  ...['ana@example.com', `< ${advice}`],
]

test.each<[string, string[]]>([
  ['greets', ['hi', '< Hello. Tell me what does not work, or ask when we are open.']],
  ['says when it is open', ['until when can I call?', `< ${open}`]],
  ['asks for what it was not told', ['I have a problem', `< ${sorry}`, `< ${device}`, 'my phone', `< ${since}`]],
  ['asks a day later whether it has helped', [...described, '@23h', '@1h', '< Did that help?', 'yes', '< I am glad.']],
  [
    'asks a colleague where it has not',
    [...described, '@1d', '< Did that help?', 'no', '< I have asked a colleague to get in touch with you.'],
  ],
  [
    'answers another question in the midst of it, and comes back',
    [
      ...['my router is broken', `< ${sorry}`, `< ${since}`, 'when are you open?', `< ${open}`, `< ${since}`],
      ...['last friday', `< ${contact}`],
    ],
  ],
  [
    'does so a day later too, though its process has died meanwhile',
    [
      ...described,
      '!',
      '@1d',
      '< Did that help?',
      '!',
      'when do you close?',
      `< ${open}`,
      '< Did that help?',
      'yes',
      '< I am glad.',
    ],
  ],
  [
    'says that it will ask',
    [
      ...described,
      'and now?',
      '< Tomorrow I ask how it went. Tell me if it works before.',
      'it works!',
      '< I am glad.',
    ],
  ],
  ['is cancelled', ['my router is broken', `< ${sorry}`, `< ${since}`, 'cancel', '< Cancelled.']],
])('%s', async (_title, lines) => {
  await using chat = await harness({ bot: support })
  await goes(chat, lines)
})

test('takes the device by the button that is pressed', async () => {
  await using chat = await harness({ bot: support })
  const ana = chat.user('ana')
  await ana.says('I have a problem')
  await ana.toHear(sorry)
  await ana.toHear(device)
  await ana.presses('television')
  await ana.toHear(since)
})

test('asks once, however long nobody answers', async () => {
  await using chat = await harness({ bot: support })
  await goes(chat, described)
  chat.bot.toHaveScheduled('aDay', { in: '1d' })
  await goes(chat, ['@1d', '< Did that help?'])
  chat.bot.toHaveScheduled(undefined)
  await chat.user('ana').toHearNothing({ for: '7d' })
})
