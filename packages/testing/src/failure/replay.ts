import { relative } from 'node:path'
import type { RunnerTask as Task } from 'vitest'
import { type TransportName, transportOfRun, transportVariable } from '../transport-of-run.js'

/** Names the seed of all harnesses of a run, for those that give none. */
export const seedVariable = 'DAAKIA_SEED'

/** The seed of this run; `undefined` where none is given. @throws RangeError where it is no whole number */
export const seedOfRun = (): number | undefined => {
  const given = process.env[seedVariable]
  if (given === undefined || given === '') return undefined
  if (/^\d+$/.test(given)) return Number(given)
  throw new RangeError(`${seedVariable}: "${given}" is no whole number`)
}

/** Writes the command that plays a test again, alone. */
export type Replay = () => string

/**
 * What can tell how the running test is played again; `undefined` where another runner than vitest runs it. It is written
 * when it is told, which it rarely is.
 *
 * @param seed that the test does not name itself
 */
export const replayOf = async (seed: number | undefined): Promise<Replay | undefined> => {
  if (!process.env.VITEST) return undefined
  const { TestRunner, expect } = await import('vitest')
  const { testPath, currentTestName } = expect.getState()
  if (testPath === undefined || currentTestName === undefined) return undefined
  const tasks = TestRunner.getCurrentTest()?.file.tasks ?? []
  const transport = transportOfRun()
  return () => commandFor({ path: testPath, name: currentTestName.replaceAll(' > ', ' '), tasks, seed, transport })
}

interface Replayed {
  path: string
  /** As `-t` compares it. */
  name: string
  /** All of the file. */
  tasks: readonly Task[]
  seed: number | undefined
  /** That of the run. */
  transport: TransportName | undefined
}

const commandFor = ({ path, name, tasks, seed, transport }: Replayed): string => {
  const all = tasks.flatMap((task) => namesIn(task))
  const others = all.filter((each) => each !== name && each.includes(name))
  const pattern = name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const variables = [
    ...(seed === undefined ? [] : [`${seedVariable}=${seed} `]),
    ...(transport === undefined ? [] : [`${transportVariable}=${transport} `]),
  ]
  return `${variables.join('')}npx vitest run ${quoted(relative(process.cwd(), path))} -t ${quoted(others.length > 0 ? `^${pattern}$` : pattern)}`
}

/** All tests of a task, as `-t` compares them. */
const namesIn = (task: Task, of = ''): readonly string[] =>
  'tasks' in task ? task.tasks.flatMap((each) => namesIn(each, `${of}${task.name} `)) : [`${of}${task.name}`]

/** As a shell takes it for one word. */
const quoted = (word: string): string => (/^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
