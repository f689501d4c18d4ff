import { describe, expect, test } from 'vitest'
import { run } from '../src/program.js'
import { testIo } from './support/test-io.js'

const daakia = async (...words: string[]) => {
  const { io, written } = testIo()
  const status = await run(words, io)
  return { status, ...written }
}

describe('daakia', () => {
  test('prints its version', async () => {
    expect(await daakia('--version')).toEqual({ status: 0, output: '0.1.0\n', errors: '' })
  })

  test('helps, with examples', async () => {
    expect(await daakia('--help')).toMatchObject({ status: 0, output: expect.stringContaining('serve [options]') })
    const help = await daakia('serve', '--help')
    expect(help).toMatchObject({ status: 0, output: expect.stringContaining('daakia serve --dev\n') })
  })

  test('says what it takes when it is called without a command', async () => {
    expect(await daakia()).toMatchObject({ status: 1, errors: expect.stringContaining('Usage: daakia') })
  })

  test.each([
    [['dance'], "unknown command 'dance'"],
    [['serve', '--port', '1'], "unknown option '--port'"],
    [['serve', '--mqtt-port', '70000'], 'It must be a port from 0 to 65535, such as'],
    [['serve', '--http-port', '8o80'], 'It must be a port from 0 to 65535, such as'],
    [['chat', '--to', 'order-bot'], "required option '--as <client>' not specified"],
    [['chat', '--as', 'ana', 'order-bot'], 'Such as: daakia chat --as ana --to order-bot.'],
    [['chat', '--as', 'ana', '--to', 'b', '--url', 'localhost'], 'It looks like mqtt://127.0.0.1:1883'],
    [['chat', '--as', 'ana', '--to', 'b', '--silence', '0'], 'It is a number of seconds above 0.'],
  ])('refuses %j, and points to its help', async (words, reason) => {
    const { status, output, errors } = await daakia(...words)
    expect({ status, output }).toEqual({ status: 1, output: '' })
    expect(errors).toContain(reason)
    expect(errors).toContain('--help')
  })

  test('refuses names that no client can have', async () => {
    expect(await daakia('chat', '--as', 'ana lee', '--to', 'order-bot')).toMatchObject({
      status: 1,
      errors: expect.stringMatching(/^"ana lee" cannot name a client.*\n$/),
    })
  })

  test('does not serve where it would know nobody, and shows the ways', async () => {
    expect(await daakia('serve')).toMatchObject({ status: 1, errors: expect.stringContaining('daakia serve --dev') })
  })
})
