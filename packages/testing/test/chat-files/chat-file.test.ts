import { expect, test } from 'vitest'
import { ChatFile } from '../../src/chat-files/chat-file.js'
import { ConversationFailure, harness } from '../../src/index.js'
import type { SceneChat } from '../../src/scene/scene-chat.js'
import { echo } from '../support/bots.js'

const open = async () => (await harness({ bot: echo })) as unknown as SceneChat

const failureOf = async (content: string): Promise<ConversationFailure> => {
  const failure = await new ChatFile('/chats/a.chat', content).play(open).catch((error: unknown) => error)
  if (failure instanceof ConversationFailure) return failure
  throw new Error('It has passed.')
}

test('a conversation that goes otherwise fails at the line of the file', async () => {
  const failure = await failureOf('ana> hi\necho< Hello.\nana> one\necho< You said "two".\n')
  expect(failure).toMatchObject({ expected: 'You said "two".', actual: 'You said "one".' })
  expect(failure.stack).toMatch(/\n {4}at \/chats\/a\.chat:4:1$/)
})

test('what is heard from somebody else fails', async () => {
  const failure = await failureOf('ana> hi\nparrot< Hello.\n')
  expect(failure.message).toContain(
    'ana heard "Hello." from somebody else.\n  expected: from parrot\n  got:      from echo',
  )
})

test('what was not heard fails at the last line', async () => {
  const failure = await failureOf('# Nobody listens.\nana> hi\n')
  expect(failure.message).toContain('The test ends, and did not hear all that was said: 1 to ana.')
  expect(failure.stack).toMatch(/a\.chat:2:1$/)
})

test('a recording keeps what fits, and writes what came otherwise', async () => {
  const file = new ChatFile(
    'a.chat',
    [
      '# Several people.',
      'ana> hi',
      'echo< /^Hel+o/',
      '@state gone',
      'ben> hi',
      'echo< /^Good/',
      'echo< And more.',
      'ana> one',
      '@restart',
      '@advance 10m',
      '',
    ].join('\n'),
  )
  expect(await file.record(open)).toBe(
    [
      '# Several people.',
      'ana> hi',
      'echo< /^Hel+o/',
      '@state listening',
      'ben> hi',
      'echo< Hello.',
      'ana> one',
      'echo< You said "one".',
      '@restart',
      '@advance 10m',
      'echo< Anybody there?',
      'echo to ben< Anybody there?',
      '',
    ].join('\n'),
  )
})
