import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'

/** Whether processes can be given a core each: two cores or more, and `taskset` (util-linux). */
export const canPin = (): boolean => {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' })
    return availableParallelism() > 1
  } catch {
    return false
  }
}

/** Keeps this process to one core. */
export const pinSelf = (core: number): void => {
  execFileSync('taskset', ['-p', '-c', String(core), String(process.pid)], { stdio: 'ignore' })
}

/** Starts a Node script on a core of its own, where `core` is given. */
export const startNode = (
  args: readonly string[],
  options: { core?: number; env?: Record<string, string> },
): ChildProcess => {
  const command = [process.execPath, ...args]
  if (options.core !== undefined) command.unshift('taskset', '-c', String(options.core))
  const [file, ...rest] = command
  return spawn(file as string, rest, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...options.env },
  })
}

/** Resolves with the first message that the child sends; rejects when it ends instead. */
export const firstMessage = async <T>(child: ChildProcess): Promise<T> => {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${code}`)
  })
  const [message] = await Promise.race([once(child, 'message'), ended])
  return message as T
}

export const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
