import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Chat, type HarnessOptions, harness, type User } from '../../src/index.js'
import { echo } from '../support/bots.js'
import { bundledBeside } from '../support/program-files.js'
import { counting } from './fixtures/counting-bot.js'
import { Program } from './support/program.js'

// Processes take a while to start where others are at work.
vi.setConfig({ testTimeout: 120_000 })

const at = (file: string) => new URL(file, import.meta.url)
const modules = [at('./fixtures/counting-bot.ts'), at('../support/bots.ts')]
const inProcesses = { transport: 'process', modules } as const

/** The process in which the bot says that it is. */
const processOf = async (user: User): Promise<number> => {
  const { plain } = await user.toHear(/^process \d+$/)
  return Number(plain?.split(' ')[1])
}

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const foldersOfScenes = async (folder: string) =>
  (await readdir(folder)).filter((name) => name.startsWith('daakia-scene-'))

describe('a bot in a process of its own', () => {
  test('runs in no other, and dies with all that its module keeps in variables', async () => {
    await using chat = await harness({ bot: counting, ...inProcesses })
    const ana = chat.user('ana')
    await ana.says('hi')
    const first = await processOf(ana)
    for (const text of ['heard 1', 'heard 2']) {
      await ana.says('one more')
      await ana.toHear(text)
    }
    await chat.restartBot()
    expect(isThere(first)).toBe(false)
    await ana.says('one more')
    await ana.toHear('heard 1')
    await chat.user('ben').says('hi')
    const second = await processOf(chat.user('ben'))
    expect(new Set([process.pid, first, second]).size).toBe(3)
  })

  test('keeps its conversations when the server dies, and goes on with what is on the disk', async () => {
    await using chat = await harness({ bot: echo, ...inProcesses })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('Hello.')
    await chat.advance('9m')
    await chat.restartServer()
    await ana.toHearNothing({ for: '59s' })
    await chat.advance('1s')
    await ana.toHear('Anybody there?')
    await chat.restartServer()
    await ana.says('one')
    await ana.toHear('You said "one".')
    await chat.toDeliverExactlyOnce()
    await chat.toPreserveOrder()
  })

  test('is seen by a test as one in its own process is', async () => {
    const startAt = { state: 'listening' } as const
    await using chat = await harness({ bot: echo, ...inProcesses, startAt })
    const ana = chat.user('ana')
    chat.bot.toBeInState(undefined)
    await ana.says('one')
    await ana.toHear('You said "one".')
    chat.bot.toBeInState('listening')
    chat.bot.toHaveScheduled('farewell', { in: '15m' })
    expect(() => chat.bot.toCover({ states: 100 })).toThrow(/Never reached:\n +echo: working\n +echo: gone/)
    await ana.says('break')
    await ana.toHear('Something broke.')
    await ana.says('leave')
    await ana.toHear('Goodbye.')
    await expect(ana.toHear('More.')).rejects.toThrow(
      /the kettle is empty: at fail \([\s\S]*last: +leave: listening → gone/,
    )
  })

  test('that never comes to rest fails the test, with what it is at', async () => {
    const chat = await harness({ bot: echo, ...inProcesses, stuckAfterMs: 10_000 })
    const ana = chat.user('ana')
    await ana.says('hi')
    await ana.toHear('Hello.')
    await expect(ana.says('work')).rejects.toThrow(
      /^Not everybody is at rest after 10 s of real time: echo has not handled message 3 of ana~echo[\s\S]*at work, in "working", where work runs/,
    )
    await chat.close()
  })

  test('leaves nothing behind', async () => {
    // Others make such folders, too, where several files are run at once.
    const folder = await mkdtemp(join(tmpdir(), 'daakia-own-'))
    vi.stubEnv('TMPDIR', folder)
    onTestFinished(() => rm(folder, { recursive: true }))
    onTestFinished(() => void vi.unstubAllEnvs())
    const chat = await harness({ bot: counting, ...inProcesses })
    await chat.user('ana').says('hi')
    const bot = await processOf(chat.user('ana'))
    expect(isThere(bot)).toBe(true)
    expect(await foldersOfScenes(folder)).toHaveLength(1)
    await chat.close()
    expect(isThere(bot)).toBe(false)
    expect(await foldersOfScenes(folder)).toEqual([])
  })
})

test('a process that ends by itself fails the test, with what it printed', async () => {
  const chat = await harness({ bot: counting, ...inProcesses })
  const ana = chat.user('ana')
  await ana.says('hi')
  await processOf(ana)
  await expect(ana.says('leave')).rejects.toThrow(
    /^The process of counting ended with exit code 3, and nobody has killed it\. It printed:\nthe roof is on fire\n[\s\S]*ana> leave\n[\s\S]*counting closed\n/,
  )
  await chat.close()
})

test('where the process of the test is killed, the others end and take the data along', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-left-'))
  const program = await bundledBeside('packages/testing/test/processes/fixtures/left-alone.ts')
  const module = at('./fixtures/counting-bot.ts').href
  const left = Program.start(process.execPath, [program, module], { TMPDIR: folder, VITEST: '' })
  await left.line(/^set, with process \d+$/)
  expect(await foldersOfScenes(folder)).toHaveLength(1)
  await left.stop()
  await vi.waitUntil(async () => (await foldersOfScenes(folder)).length === 0, { timeout: 60_000 })
  await rm(folder, { recursive: true })
})

describe('says what to do', () => {
  const open = (options: Partial<HarnessOptions<typeof echo.machine>>): Promise<Chat> =>
    harness({ transport: 'process', ...options, bot: echo } as HarnessOptions<typeof echo.machine>)

  test('where it is not told which modules export the bots', async () => {
    await expect(open({})).rejects.toThrow(
      "transport: 'process' loads bots in processes of their own: name the modules that export them, such as modules: [new URL('../src/order.ts', import.meta.url)].",
    )
  })

  test('where a module is not there', async () => {
    await expect(open({ modules: [at('./nowhere.ts')] })).rejects.toThrow(
      /^modules: there is no file \/.*\/processes\/nowhere\.ts$/,
    )
  })

  test('where none of them exports the bot', async () => {
    await expect(open({ modules: [at('./fixtures/counting-bot.ts')] })).rejects.toThrow(
      /^modules: \/.*\/counting-bot\.ts must export the bot "echo", and there is "counting"$/,
    )
  })

  test('where one of them can’t be run', async () => {
    await expect(open({ modules: [at('./fixtures/module-that-throws.ts')] })).rejects.toThrow(
      /^modules: \/.*\/module-that-throws\.ts can't be run: Error: the till is jammed/,
    )
  })
})
