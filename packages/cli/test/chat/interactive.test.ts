import { createClient } from '@daakia/client-sdk'
import { describe, expect, test } from 'vitest'
import { chat } from '../../src/index.js'
import { afterwards, startParrot, startServer } from '../support/house.js'
import { testIo, untilWritten } from '../support/test-io.js'

const ctrlC = '\x03'
const ctrlD = '\x04'

/** What the terminal was told, without how it moves and erases. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const plain = (text: string) => text.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '').replaceAll('\r', '')

/** Begins a chat at a terminal, as soon as it is connected. */
const open = async (url: string, to: string) => {
  const { io, input, output, errors, written } = testIo()
  const connected = untilWritten(errors, /Connected/)
  const terminal = {
    ...io,
    input: Object.assign(input, { isTTY: true }),
    output: Object.assign(output, { isTTY: true }),
  }
  const left = chat({ as: 'ana', to, url }, terminal)
  afterwards(() => {
    input.write(ctrlD)
    return left
  })
  await connected
  return { input, output, left, screen: () => plain(written.output) }
}

const bobOf = async (url: string) => {
  const bob = createClient({ url, identity: 'bob' })
  afterwards(() => bob.close())
  await bob.online()
  return bob.to('ana')
}

describe('a chat at a terminal', () => {
  test('sends what is entered, and shows the answers, but not again what was typed', async () => {
    const url = await startServer()
    await startParrot(url)
    const { input, output, screen } = await open(url, 'parrot')
    const answered = untilWritten(output, /I am done\./)
    input.write('hello\r')
    await answered
    expect(screen()).toContain('ana> hello\n')
    expect(screen()).toContain('parrot< You said "hello".\n')
    expect(screen().match(/ana> hello/g)).toHaveLength(1)
  })

  test('keeps what is being typed when something is said meanwhile', async () => {
    const url = await startServer()
    const bob = await bobOf(url)
    const { input, output, screen } = await open(url, 'bob')
    input.write('I was thin')
    const heard = untilWritten(output, /Lunch\?.*thin/s)
    await bob.send('Lunch?')
    await heard
    expect(screen()).toMatch(/bob< Lunch\?\nana> I was thin$/)
    const [answer] = await Promise.all([bob.messages().next(), input.write('king\r')])
    expect(answer.value.text).toBe('I was thinking')
  })

  test('begins with what was said last, each message once', async () => {
    const url = await startServer()
    const bob = await bobOf(url)
    await bob.send('Lunch?')
    const { output, screen } = await open(url, 'bob')
    if (!screen().includes('Lunch?')) await untilWritten(output, /Lunch\?/)
    const heard = untilWritten(output, /Hello\?/)
    await bob.send('Hello?')
    await heard
    expect(screen().match(/bob< .*/g)).toEqual(['bob< Lunch?', 'bob< Hello?'])
  })

  test('says at once who is not there to answer, above what is being typed', async () => {
    const { io, input, errors } = testIo()
    const told = untilWritten(errors, /bob has never been here/)
    const terminal = {
      ...io,
      input: Object.assign(input, { isTTY: true }),
      output: Object.assign(io.output, { isTTY: true }),
    }
    const left = chat({ as: 'ana', to: 'bob', url: await startServer() }, terminal)
    expect(await told).toContain('What you say is kept until it comes. No bot is running now.\n')
    input.write(ctrlC)
    expect(await left).toBe(0)
  })

  test('says how a server is started, and is left without a complaint, where there is none', async () => {
    const { io, input, output, errors, written } = testIo()
    const offline = untilWritten(errors, /Trying again\. .*daakia serve --dev starts one\.\n/)
    const terminal = {
      ...io,
      input: Object.assign(input, { isTTY: true }),
      output: Object.assign(output, { isTTY: true }),
    }
    const left = chat({ as: 'ana', to: 'bob', url: 'mqtt://127.0.0.1:1' }, terminal)
    await offline
    input.write(ctrlC)
    await left
    expect(written.errors.split('\n').filter((line) => line && !line.includes('Trying again'))).toEqual([])
  })

  test.each([
    ['Ctrl-C', ctrlC],
    ['Ctrl-D', ctrlD],
  ])('is left with %s', async (_, key) => {
    const { input, left } = await open(await startServer(), 'bob')
    input.write(key)
    expect(await left).toBe(0)
  })
})
