import { describe, expect, test } from 'vitest'
import { DrawnCrashes } from '../../src/faults/crash-point.js'
import { Schedule } from '../../src/races/schedule.js'
import { setScene } from '../../src/set-scene.js'
import { seededRandom, seedFor } from '../../src/time/seeded-random.js'
import { races } from '../../src/vitest.js'
import { echo } from '../support/bots.js'
import { runTests } from '../support/failing.js'
import { holding } from './support/last-table.js'

const program = 'packages/testing/test/races/fixtures/last-table.ts'

/** Ana says yes at the moment at which the offer ends. */
const run = async (seed: number) => {
  const schedule = new Schedule(seededRandom(seedFor(seed, 'schedule')))
  const { chat, scene } = await setScene({ bot: holding, seed }, { site: '', schedule, instances: 2 })
  const [ana, ben] = [chat.user('ana'), chat.user('ben')]
  await Promise.all([ana.says('hi'), ben.says('hi')])
  schedule.begin()
  await Promise.all([ana.says('yes'), chat.advance('10m'), ben.says('yes')])
  const said = scene.transcript.messages.map(({ from, text, conversation }) => `${conversation} ${from}: ${text}`)
  for (const user of chat.users) user.ignoresTheRest()
  await chat.close()
  return { said, taken: [...schedule.taken] }
}

/** Two people, two instances and a timer; two processes die. */
const dying = async (seed: number) => {
  const schedule = new Schedule(seededRandom(seedFor(seed, 'schedule')))
  const crashes = new DrawnCrashes(2, seededRandom(seedFor(seed, 'crashes')))
  const { chat, scene } = await setScene({ bot: echo, seed }, { site: '', schedule, instances: 2, crashes })
  const users = ['ana', 'ben'].map((name) => chat.user(name))
  await Promise.all(users.map((user) => user.says('hi')))
  await Promise.all([...users.map((user) => user.says('one')), chat.advance('10m')])
  await chat.toDeliverExactlyOnce()
  await chat.toPreserveOrder()
  for (const user of users) user.ignoresTheRest()
  const said = scene.transcript.messages.map(({ from, text, conversation }) => `${conversation} ${from}: ${text}`)
  const deaths =
    scene.transcript
      .render({ speaker: ({ from }) => from, remark: () => '', deed: () => undefined })
      .match(/\w+ is killed at .*(?=\))/g) ?? []
  await chat.close()
  return { said, deaths, taken: [...schedule.taken] }
}

const linesOf = (said: readonly string[], person: string) =>
  said.filter((line) => line.startsWith(`${person}~`)).map((line) => line.replace(/^\S+ /, ''))

describe('races', () => {
  test('go the same way for the same seed, and another way for another', async () => {
    const [one, again, other] = [await run(5), await run(5), await run(6)]
    expect(again).toEqual(one)
    expect(other.taken).not.toEqual(one.taken)
  })

  test('let a message come before a timer that is due, and after it', async () => {
    const ways = new Set<string>()
    for (let seed = 1; seed <= 20; seed++) ways.add(linesOf((await run(seed)).said, 'ana').join(', '))
    const before = 'ana: hi, holding: Shall I?, ana: yes, '
    expect(ways).toContain(`${before}holding: Done.`)
    expect([...ways].filter((way) => way.includes('holding: Too late.'))).not.toEqual([])
    for (const way of ways) expect(way).not.toMatch(/Done.*Too late|Too late.*Done/)
  })

  test('find a bot that looks before it takes, and name the order in which it does harm', {
    timeout: 120_000,
  }, async () => {
    const [careless, careful] = await runTests(program)
    expect(careful).toEqual({ name: 'careful', errors: [] })
    const [error] = careless?.errors ?? []
    const [, seed = ''] = /\nThe order was (\d+) of 60:\n.*ana-\d+ → server/.exec(error?.message ?? '') ?? []
    expect(seed).not.toBe('')
    expect(error?.message).toContain(`DAAKIA_SEED=${seed} npx vitest run ${program} -t careless`)
    const [again] = await runTests(program, { environment: { DAAKIA_SEED: seed } })
    expect(again?.errors[0]?.message).toContain(`\nThe order was ${seed}:\n`)
  })

  test('let instances and the server die where the lot falls, and the same ones again', {
    timeout: 120_000,
  }, async () => {
    const dead = new Set<string>()
    for (let seed = 1; seed <= 12; seed++) {
      const one = await dying(seed)
      if (seed <= 2) expect(await dying(seed)).toEqual(one)
      for (const name of ['ana', 'ben'])
        expect(linesOf(one.said, name).filter((line) => line === 'echo: You said "one".')).toHaveLength(1)
      for (const note of one.deaths) dead.add(note.replace(/ at .*/, ''))
    }
    expect(dead).toEqual(new Set(['echo is killed', 'server is killed']))
  })

  test('are run in virtual time and in memory alone', () => {
    const run = () => races('a race', { bot: holding, transport: 'tcp' }, async () => {})
    expect(run).toThrow('Races are run in virtual time and in memory')
  })
})
