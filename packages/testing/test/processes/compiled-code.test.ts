import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Child } from '../../src/processes/child.js'
import type { OfServer } from '../../src/processes/questions.js'
import { type ServerChild, Wings } from '../../src/processes/wings.js'
import { programFiles } from '../support/program-files.js'

const started: ServerChild[] = []
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daakia-code-'))
})

afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => child.kill()))
  await rm(folder, { recursive: true })
})

/** The process of a server, with what another one has compiled. */
const start = async (code?: Uint8Array): Promise<ServerChild> => {
  const { run: file, server } = await programFiles()
  const child = new Child<OfServer>(server, { file, code })
  started.push(child)
  return child
}

const sizeOfCode = async (child: ServerChild): Promise<number> => (await child.ask('code')).length

/** Nearer to the size of one that has played: the sizes of those that have not differ by some bytes. */
const halfway = (atStart: number, played: number): number => (atStart + played) / 2

const open = (child: ServerChild) =>
  child.ask('open', { folder, seed: 1, clock: { time: 'real', isWatched: false }, keepAliveSeconds: 60 })

describe('the process of a server', () => {
  test('begins with what another one had compiled', async () => {
    const first = await start()
    const atStart = await sizeOfCode(first)
    await open(first)
    const code = await first.ask('code')
    await first.ask('close')
    const second = await start(code)
    expect(await sizeOfCode(second)).toBeGreaterThan(halfway(atStart, code.length))
    expect(await open(second)).toEqual({ port: expect.any(Number) })
  })

  test('compiles its program itself, where what it is given is of no use', async () => {
    const child = await start(new Uint8Array(1_000))
    expect(await open(child)).toEqual({ port: expect.any(Number) })
  })
})

test('where several scenes are played, a server begins with what was compiled in one that has played', async () => {
  const wings = await Wings.open({ modules: [], plays: 'many' })
  try {
    const first = wings.server()
    await open(first)
    await wings.takeBack(first)
    // The one that was taken back, the one that was made ahead, and one that is made now.
    const [again, ahead, next] = [wings.server(), wings.server(), wings.server()]
    started.push(again, ahead, next)
    const [played, atStart] = [await sizeOfCode(again), await sizeOfCode(ahead)]
    expect(await sizeOfCode(next)).toBeGreaterThan(halfway(atStart, played))
  } finally {
    await wings.close()
  }
})
