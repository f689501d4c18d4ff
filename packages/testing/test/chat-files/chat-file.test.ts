import { expect, test } from 'vitest'
import { ChatFile } from '../../src/chat-files/chat-file.js'
import { ConversationFailure, harness } from '../../src/index.js'
import type { SceneChat } from '../../src/scene/scene-chat.js'
import { echo, echoBot } from '../support/bots.js'
import { shop } from '../support/shop.js'

const open = async () => (await harness({ bot: echo })) as unknown as SceneChat
const openShop = async () => (await harness({ bot: shop })) as unknown as SceneChat

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

test.for([
  ['echo< Hello.\nana> hi\n', 'ana', '"ana> hello"'],
  ['ana> hi\necho< Hello.\necho to ben< Hello.\n', 'ben', '"ben> hello"'],
  ['@room team ana, echo\necho< Hello.\n', 'ana', '"ana in team> hello"'],
  ['@advance 1d\necho< Hello.\n', 'ana', '"ana> hello"'],
] as const)(
  'who is to hear a bot to which nobody has spoken is told how to begin: %s',
  async ([content, name, begin]) => {
    const failure = await failureOf(content)
    expect(failure.message).toContain(
      `${name} heard nothing. A bot speaks when it is spoken to, and nobody has spoken in a conversation of ${name} yet: begin with ${begin}, or in another state, with the option startAt.\n  expected: "Hello."\n`,
    )
    expect(failure.stack).toMatch(/\n {4}at \/chats\/a\.chat:\d:1$/)
  },
)

test('a bot whose conversations start in the midst speaks first, and what it does not say is missed', async () => {
  const startAt = { state: 'gone' } as const
  const openThere = async () => (await harness({ bot: echo, startAt })) as unknown as SceneChat
  await new ChatFile('a.chat', 'echo< Goodbye.\n').play(openThere)
  const silent = new ChatFile('a.chat', 'echo< Goodbye.\necho< Hello.\n').play(openThere)
  await expect(silent).rejects.toThrow(/^ana heard nothing\.(?! A bot)/)
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

const purchase = [
  'ana> hi',
  'shop< /^Which size/',
  'shop< Take your time.',
  'ana presses "large, for two"',
  'shop< Size L.',
  'shop< Pizza',
  '      1. Two more',
  '      2. The menu https://example.com/menu',
  '      3. Pay',
  'ana presses "Pay"',
  'shop< Where to?',
  '      Street',
  '      Floor',
  '      Hand it over: inside, out',
  'ana fills street="Hill Road, 12", floor=3, where=o',
  'shop< ["address",{"street":"Hill Road, 12","floor":3,"where":"o"}]',
  '@state sent',
  '',
]

test('people press what is offered, and fill in forms', async () => {
  const file = new ChatFile('a.chat', purchase.join('\n'))
  await file.play(openShop)
  const wanted = purchase.filter((line) => !/^(?:shop<| )/.test(line) || line.includes('/^Which'))
  expect(await new ChatFile('a.chat', wanted.join('\n')).record(openShop)).toBe(purchase.join('\n'))
})

test('a recording keeps the words of who wrote it where other things are said before them, and titles as they are', async () => {
  const file = new ChatFile(
    'a.chat',
    ['ana> hi', 'shop< /time\\.$/', 'ana presses "small"', 'shop< Pizza', '@restart', 'ana presses "Pay"', ''].join(
      '\n',
    ),
  )
  expect(await file.record(openShop)).toBe(
    [
      'ana> hi',
      'shop< Which size?',
      '      1. small',
      '      2. large, for two',
      'shop< /time\\.$/',
      'ana presses "small"',
      'shop< Size small.',
      'shop< Pizza',
      '@restart',
      'ana presses "Pay"',
      'shop< Where to?',
      '      Street',
      '      Floor',
      '      Hand it over: inside, out',
      '',
    ].join('\n'),
  )
})

test('what can not be pressed fails at its line, and says what can', async () => {
  const content = purchase.join('\n').replace('presses "Pay"', 'presses "Pray"')
  const failure = await new ChatFile('/chats/a.chat', content).play(openShop).catch((error: unknown) => error)
  expect(failure).toMatchObject({ stack: expect.stringMatching(/\n {4}at \/chats\/a\.chat:10:1$/) })
  expect(failure).toMatchObject({
    message: expect.stringContaining(`ana can't press "Pray". With "Pizza", shop offers:`),
  })
})

test('a file that ignores the rest goes well whatever else is said, and is not written anew', async () => {
  const content = '@ignore the rest\nana> hi\nben> hi\n@advance 10m\n@state listening\n'
  const file = new ChatFile('a.chat', content)
  await file.play(open)
  const other = new ChatFile('a.chat', content.replace('listening', 'gone'))
  await expect(other.play(open)).rejects.toThrow('echo is in another state')
})

test('people speak in rooms, to several bots, and of other things than text', async () => {
  const content = [
    '@room team ana, ben, echo',
    'ana in team> hi',
    'echo< Hello.',
    'ana to ben< hi',
    'echo to ben< Hello.',
    '@state listening',
    'ben to parrot> hi',
    'parrot< Hello.',
    '@state parrot: listening',
    'ben in team> leave',
    'echo< Goodbye.',
    'ben to ana< leave',
    'echo to ana< Goodbye.',
    '@state none',
    'ana in team sends location {"latitude":48.2,"longitude":16.37}',
    'echo< Hello.',
    'ana to ben< geo:48.2,16.37',
    'echo to ben< Hello.',
    'ana to parrot sends poll ["a","b"]',
    'parrot< Hello.',
    '',
  ].join('\n')
  const openBoth = async () => (await harness({ bots: [echo, echoBot({ id: 'parrot' })] })) as unknown as SceneChat
  await new ChatFile('a.chat', content).play(openBoth)
  const done = content.split('\n').filter((line) => !/^\w+(?: to \w+)?</.test(line))
  const recorded = await new ChatFile('a.chat', done.join('\n')).record(openBoth)
  expect(recorded.split('\n').toSorted()).toEqual(content.split('\n').toSorted())
})

test('a person speaks and hears on several devices', async () => {
  const content = [
    'ana> hi',
    'echo< Hello.',
    'ana on phone> one',
    'echo< You said "one".',
    'ana> two',
    'echo to ana on phone< You said "two".',
    'ana on phone> three',
    'echo< You said "three".',
    '',
  ].join('\n')
  const file = new ChatFile('a.chat', content)
  await file.play(open)
  expect(await file.record(open)).toBe(content)
  const done = content.replaceAll(/^echo(?! to).*\n/gm, '')
  expect(await new ChatFile('a.chat', done).record(open)).toBe(content)
})
