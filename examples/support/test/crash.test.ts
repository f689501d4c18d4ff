import { crashSweep } from '@daakia/testing'
import { expect, test } from 'vitest'
import { support } from '../src/support.js'

test('a problem is taken down and asked about a day later, wherever bot or server die', async () => {
  const { points } = await crashSweep({ bot: support }, async (chat) => {
    const ana = chat.user('ana')
    await ana.says('my router is broken')
    await ana.toHear('I am sorry to hear that.')
    await ana.toHear('Since which day?')
    await ana.says('when are you open?')
    await ana.toHear('We are here from Monday to Friday, from nine to five.')
    await ana.toHear('Since which day?')
    await ana.says('yesterday')
    await ana.toHear('How can we reach you, by mail or by phone?')
    await ana.says('ana@example.com')
    await ana.toHear('Please switch the router off and on. Tomorrow I ask how it went.')
    await chat.advance('1d')
    await ana.toHear('Did that help?')
    await ana.says('yes')
    await ana.toHear('I am glad.')
  })
  expect(points).toBe(48)
}, 300_000)

test('a problem is remembered for a day, whichever process is killed', async () => {
  const modules = [new URL('../src/support.ts', import.meta.url)]
  const { points } = await crashSweep({ bot: support, transport: 'process', modules }, async (chat) => {
    const ana = chat.user('ana')
    await ana.says('my router is broken')
    await ana.toHear('I am sorry to hear that.')
    await ana.toHear('Since which day?')
    await ana.says('yesterday')
    await ana.toHear('How can we reach you, by mail or by phone?')
  })
  expect(points).toBe(12)
}, 300_000)
