import { relative } from 'node:path'
import type { RunnerTask as Task } from 'vitest'

/** Names the seed of all harnesses of a run, for those that give none. */
export const seedVariable = 'DAAKIA_SEED'

/** The seed of this run; `undefined` where none is given. @throws RangeError where it is no whole number */
export const seedOfRun = (): number | undefined => {
  const given = process.env[seedVariable]
  if (given === undefined || given === '') return undefined
  if (/^\d+$/.test(given)) return Number(given)
  throw new RangeError(`${seedVariable}: "${given}" is no whole number`)
}

/**
 * The command that plays the running test again, alone; `undefined` where another runner than vitest runs it.
 *
 * @param seed that the test does not name itself
 */
export const replayLine = async (seed: number | undefined): Promise<string | undefined> => {
  if (!process.env.VITEST) return undefined
  const { expect } = await import('vitest')
  const { testPath, currentTestName } = expect.getState()
  if (testPath === undefined || currentTestName === undefined) return undefined
  const name = currentTestName.replaceAll(' > ', ' ')
  const others = (await namesBeside()).filter((each) => each !== name && each.includes(name))
  const pattern = name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const variable = seed === undefined ? '' : `${seedVariable}=${seed} `
  return `${variable}npx vitest run ${quoted(relative(process.cwd(), testPath))} -t ${quoted(others.length > 0 ? `^${pattern}$` : pattern)}`
}

/** All tests of the file that runs, as `-t` compares them. */
const namesBeside = async (): Promise<readonly string[]> => {
  const { TestRunner } = await import('vitest')
  return TestRunner.getCurrentTest()?.file.tasks.flatMap((task) => namesIn(task)) ?? []
}

const namesIn = (task: Task, of = ''): readonly string[] =>
  'tasks' in task ? task.tasks.flatMap((each) => namesIn(each, `${of}${task.name} `)) : [`${of}${task.name}`]

/** As a shell takes it for one word. */
const quoted = (word: string): string => (/^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
