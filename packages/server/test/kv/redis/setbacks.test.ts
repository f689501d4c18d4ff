import { expect, onTestFinished, test } from 'vitest'
import { table } from '../../../src/kv/port.js'
import { RedisKeyValue } from '../../../src/kv/redis/key-value.js'
import { RedisLink } from '../../../src/redis/link.js'
import { startRedis } from '../../support/redis/index.js'
import { askRedis } from '../../support/redis/process.js'

const log = table<string>('log', { followed: true })

test('a loss is noticed by who saw more, also when others have written more again', async () => {
  const redis = await startRedis()
  onTestFinished(() => redis.remove())
  const open = async () => {
    const link = await RedisLink.open({ url: redis.url })
    onTestFinished(() => link.close())
    return new RedisKeyValue({ link, partition: 0 })
  }
  const append = (kv: RedisKeyValue, text: string) => kv.write((tx) => tx.append(log, ['a'], text))
  const witness = await open()
  const heard: string[] = []
  witness.setbacks.listen({
    wentBack: (partition) => heard.push(`${partition} went back`),
    writtenDown: (partition, commits) => heard.push(`${partition} has lost ${commits}`),
  })
  for (const text of ['lost', 'too']) await append(witness, text)
  await askRedis(redis.port, 'flushall')
  const other = await open()
  for (const text of ['b', 'c', 'd']) await append(other, text)
  expect(heard).toEqual([])
  const texts = await witness.read((reader) => Array.from(reader.after(log, ['a'], 0), ({ value }) => value))
  expect(texts).toEqual(['b', 'c', 'd'])
  expect(heard).toEqual(['0 went back', '0 has lost 1'])
})
