import { describe, expect, test } from 'vitest'
import { chat } from '../../src/index.js'
import { startParrot, startServer } from '../support/house.js'
import { testIo, untilWritten } from '../support/test-io.js'

/** Chats with the parrot until the input, these lines, has ended. */
const say = async (url: string, lines: readonly string[], options: { silenceSeconds?: number; as?: string } = {}) => {
  const { io, input, written } = testIo()
  input.end(lines.map((line) => `${line}\n`).join(''))
  const status = await chat({ as: 'ana', to: 'parrot', url, ...options }, io)
  return { status, ...written }
}

describe('a chat whose input is no terminal', () => {
  test('says each line after the bot rests from the one before, and writes the journal', async () => {
    const url = await startServer()
    await startParrot(url)
    expect(await say(url, ['one', '', 'two', 'three'])).toEqual({
      status: 0,
      output: ['one', 'two', 'three']
        .map((line) => `ana> ${line}\nparrot< You said "${line}".\nparrot< I am done.\n`)
        .join(''),
      errors: `Connected to ${url}.\n`,
    })
  })

  test('has a last line also without a line end', async () => {
    const url = await startServer()
    await startParrot(url)
    const { io, input, written } = testIo()
    input.end('one')
    expect(await chat({ as: 'ana', to: 'parrot', url }, io)).toBe(0)
    expect(written.output).toContain('You said "one".')
  })

  test('is over at once when nothing is to be said', async () => {
    expect(await say(await startServer(), [])).toMatchObject({ status: 0, output: '' })
  })

  test('says nothing more before the bot has answered what an earlier chat said', async () => {
    const url = await startServer()
    await say(url, ['one'], { silenceSeconds: 0.5 })
    const { io, input, output, errors, written } = testIo()
    const connected = untilWritten(errors, /Connected/)
    const status = chat({ as: 'ana', to: 'parrot', url }, io)
    input.write('two\n')
    await connected
    const answered = untilWritten(output, /You said "two"/)
    await startParrot(url)
    await answered
    input.end()
    expect(await status).toBe(0)
    expect(written.output).toMatch(/^parrot< You said "one"\.\nparrot< I am done\.\nana> two\n/)
  })

  test('ends with 1 and the reason when the bot is silent', async () => {
    expect(await say(await startServer(), ['hello'], { silenceSeconds: 0.5 })).toMatchObject({
      status: 1,
      output: 'ana> hello\n',
      errors: expect.stringContaining('parrot was silent for 0.5 s. Is it running?\n'),
    })
  })

  test('ends with 1 and the reason when there is no server', async () => {
    const { status, errors } = await say('mqtt://127.0.0.1:1', ['hello'], { silenceSeconds: 0.2 })
    expect(status).toBe(1)
    expect(errors).toMatch(/No connection to mqtt:\/\/127\.0\.0\.1:1: connect ECONNREFUSED 127\.0\.0\.1:1\n$/)
  })

  test('ends with 1 and the reason when a line is refused', async () => {
    const { status, errors } = await say(await startServer(), ['x'.repeat(300 * 1024)])
    expect(status).toBe(1)
    expect(errors).toMatch(/bytes.*\(0x95\)\n$/)
  })

  test('ends quietly when nobody reads the transcript any more', async () => {
    const url = await startServer()
    const { io, input, output, errors } = testIo()
    const connected = untilWritten(errors, /Connected/)
    const status = chat({ as: 'ana', to: 'parrot', url }, io)
    await connected
    output.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    expect(await status).toBe(141)
    input.end()
  })
})
