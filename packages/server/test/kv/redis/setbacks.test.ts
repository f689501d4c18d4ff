import { expect, test, vi } from 'vitest'
import { incarnations } from '../../../src/kv/incarnations.js'
import { type Reader, type Transaction, table } from '../../../src/kv/port.js'
import { RedisKeyValue } from '../../../src/kv/redis/key-value.js'
import { RedisError } from '../../../src/redis/errors.js'
import type { RedisLink } from '../../../src/redis/link.js'
import { Gate } from '../../support/gate.js'
import { ManualClock } from '../../support/manual-clock.js'
import { openLink, redisOfItsOwn } from '../../support/redis/index.js'

const log = table<string>('log', { followed: true })

/** A process with a store of its own in this Redis, and what it hears of setbacks. */
const openAt = async (url: string, replicas = 0) => {
  const link = await openLink({ url, replicas })
  const clock = new ManualClock()
  const kv = new RedisKeyValue({ link, partition: 0, clock })
  const heard: string[] = []
  let told = () => {}
  /** Resolves when it hears next that it went back. */
  const wentBack = () => new Promise<void>((resolve) => (told = resolve))
  kv.setbacks.listen({
    wentBack: (partition) => {
      heard.push(`${partition} went back`)
      told()
    },
    writtenDown: (partition, commits) => heard.push(`${partition} has lost ${commits}`),
    wasOlder: (partition) => heard.push(`${partition} was older`),
  })
  const texts = () => kv.read((reader) => Array.from(reader.after(log, ['a'], 0), ({ value }) => value))
  return {
    link,
    kv,
    clock,
    heard,
    wentBack,
    texts,
    append: (text: string) => kv.write((tx) => tx.append(log, ['a'], text)),
  }
}

/** Two processes at a Redis that is brought back to what it had. */
const open = async () => {
  const redis = await redisOfItsOwn()
  const [witness, other] = [await openAt(redis.url), await openAt(redis.url)]
  const { link } = other
  /** Answers the way back to what there is now. */
  const remember = async () => {
    const keys = (await link.call('keys', '*')) as Buffer[]
    const dumps = await Promise.all(keys.map(async (key) => [key, (await link.call('dump', key)) as Buffer] as const))
    return async () => {
      await link.call('flushall')
      for (const [key, dump] of dumps) await link.call('restore', key, 0, dump)
    }
  }
  return { redis, witness, other, remember }
}

test('a loss is noticed by who saw more, also when others have written more again', async () => {
  const { witness, other, remember } = await open()
  const bringBack = await remember()
  for (const text of ['lost', 'too']) await witness.append(text)
  await bringBack()
  for (const text of ['b', 'c', 'd']) await other.append(text)
  expect(witness.heard).toEqual([])
  expect(await witness.texts()).toEqual(['b', 'c', 'd'])
  expect(witness.heard).toEqual(['0 went back', '0 has lost 1'])
})

test('it is noticed, too, where what was seen was in doubt', async () => {
  const { redis, witness, remember } = await open()
  const lacksReplicas = await openAt(redis.url, 1)
  const bringBack = await remember()
  const told = lacksReplicas.append('in doubt').catch((error: unknown) => error)
  // It has left.
  await new Promise(setImmediate)
  await expect(lacksReplicas.append('behind it')).rejects.toMatchObject({ inDoubt: false })
  lacksReplicas.clock.advance(10_000)
  expect(await told).toMatchObject({ inDoubt: true })
  expect(await witness.texts()).toEqual(['in doubt'])
  await bringBack()
  expect(await witness.texts()).toEqual([])
  expect(witness.heard).toEqual(['0 went back', '0 has lost 1'])
})

test('a loss is noticed by a write that is tried again, too: what was read meanwhile is gone', async () => {
  const { witness, other, remember } = await open()
  for (const text of ['a', 'b']) await witness.append(text)
  const bringBack = await remember()
  vi.spyOn(witness.link, 'runSafely').mockImplementationOnce(async () => {
    await other.append('lost')
    expect(await witness.texts()).toEqual(['a', 'b', 'lost'])
    await bringBack()
    throw new RedisError('unsure', 'Its answer is lost')
  })
  await expect(witness.append('c')).rejects.toMatchObject({ reason: 'away', inDoubt: true })
  expect(witness.heard).toEqual(['0 went back', '0 has lost 1'])
  expect(await witness.texts()).toEqual(['a', 'b'])
})

const countIn = (reader: Reader): number => reader.get(incarnations, [0])?.[0] ?? 0

/** Holds back the answer to what is read next. */
const holdNextRead = ({ link }: { link: RedisLink }): Gate => {
  const gate = new Gate()
  const run = link.run.bind(link)
  vi.spyOn(link, 'run').mockImplementationOnce(async (...asked) => {
    const answer = await run(...asked)
    await gate.pass()
    return answer
  })
  return gate
}

test('it is told once by who has written it down, also where that was in doubt', async () => {
  const { witness, remember } = await open()
  const { link, clock } = witness
  const bringBack = await remember()
  await witness.append('lost')
  await bringBack()
  const runSafely = link.runSafely.bind(link)
  vi.spyOn(link, 'runSafely')
    .mockImplementationOnce(runSafely)
    .mockRejectedValueOnce(new RedisError('away', 'It is away'))
    .mockImplementationOnce(async (...asked) => {
      await runSafely(...asked)
      clock.advance(10_000)
      throw new RedisError('unsure', 'No replica has it')
    })
  const refused = { reason: 'away', inDoubt: false }
  await expect(witness.append('asked of what is lost')).rejects.toMatchObject(refused)
  await expect(witness.append('not begun')).rejects.toMatchObject(refused)
  expect(witness.heard).toEqual(['0 went back'])
  await witness.append('a')
  expect(witness.heard).toEqual(['0 went back', '0 has lost 1'])
  expect(await witness.texts()).toEqual(['a'])
})

test('an answer of before is read again', async () => {
  const { witness, remember } = await open()
  await witness.append('a')
  const bringBack = await remember()
  await witness.append('lost')
  const gate = holdNextRead(witness)
  const texts = witness.texts()
  await gate.reached
  await bringBack()
  await expect(witness.append('b')).rejects.toMatchObject({ inDoubt: false })
  gate.open()
  expect(await texts).toEqual(['a'])
})

test('where others have heard of more than it knows, that is told by the one process that writes it down', async () => {
  const { witness, other } = await open()
  for (const { texts } of [witness, other]) await texts()
  const [told, toldAsWell] = [witness.kv.hadGoneBack(3), other.kv.hadGoneBack(3)]
  await Promise.all([told, toldAsWell])
  const heard = [...witness.heard, ...other.heard].filter((each) => each !== '0 went back')
  expect(heard).toEqual(['0 has lost 1', '0 was older'])
})

test('it is told when it is written down, also where it could not be at once', async () => {
  const { witness } = await open()
  await witness.texts()
  vi.spyOn(witness.link, 'runSafely').mockRejectedValueOnce(new RedisError('full', 'It is full'))
  await expect(witness.kv.hadGoneBack(3)).rejects.toMatchObject({ reason: 'full' })
  expect(witness.heard).toEqual(['0 went back'])
  await witness.append('a')
  expect(witness.heard).toEqual(['0 went back', '0 has lost 1', '0 was older'])
})

test('what was raised since it was asked is not forgotten', async () => {
  const { witness } = await open()
  await witness.texts()
  const read = witness.kv.read.bind(witness.kv)
  vi.spyOn(witness.kv, 'read').mockImplementationOnce(async (work) => {
    const answer = await read(work)
    await witness.kv.hadGoneBack(3)
    return answer
  })
  await witness.kv.hadGoneBack(3)
  expect(witness.heard).toEqual(['0 went back', '0 has lost 1', '0 was older'])
})

test('what is under way when others have heard of more is done on what it is after that is written down', async () => {
  const { witness } = await open()
  const gate = holdNextRead(witness)
  const written = witness.kv.write((tx) => tx.append(log, ['a'], `after ${countIn(tx)} setbacks`))
  await gate.reached
  const hears = witness.wentBack()
  const told = witness.kv.hadGoneBack(3)
  await hears
  gate.open()
  await Promise.all([written, told])
  expect(await witness.texts()).toEqual(['after 4 setbacks'])
  expect(witness.heard).toEqual(['0 went back', '0 has lost 1', '0 was older'])
})

test('what is asked again when others have heard of more is not done on what it was made of, and is in doubt', async () => {
  const { witness } = await open()
  await witness.append('a')
  vi.spyOn(witness.link, 'runSafely').mockImplementationOnce(async () => {
    const hears = witness.wentBack()
    void witness.kv.hadGoneBack(3).catch(() => {})
    await hears
    throw new RedisError('unsure', 'Its answer is lost')
  })
  await expect(witness.append('b')).rejects.toMatchObject({ reason: 'away', inDoubt: true })
  expect(await witness.texts()).toEqual(['a'])
})

test('where others have what it has lost, that is written down by one process, with what goes on from there', async () => {
  const { witness, other } = await open()
  for (const { texts } of [witness, other]) await texts()
  const goOn = (tx: Transaction) => void tx.append(log, ['a'], 'went on')
  await Promise.all([witness.kv.hasLost(0, goOn), other.kv.hasLost(0, goOn)])
  const heard = [...witness.heard, ...other.heard].filter((each) => each !== '0 went back')
  expect(heard).toEqual(['0 has lost 1'])
  expect(await other.texts()).toEqual(['went on'])
  await witness.kv.hasLost(0, goOn)
  expect(await other.texts()).toEqual(['went on'])
})
