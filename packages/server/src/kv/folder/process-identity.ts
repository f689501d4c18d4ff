import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process of this machine. Process ids are used again, a pid with its start time is not. */
export interface ProcessIdentity {
  pid: number
  startedAt: string
}

export const thisProcess = (): ProcessIdentity => ({
  pid: process.pid,
  startedAt: startOf(process.pid) ?? unknownStart,
})

export const isRunning = ({ pid, startedAt }: ProcessIdentity): boolean => startOf(pid) === startedAt

const unknownStart = 'running'

/** When the process started, in the system's own words; `undefined` where it has ended. */
const startOf = (pid: number): string | undefined => {
  if (process.platform === 'linux') return startOnLinux(pid)
  return isSignallable(pid) ? (startByPs(pid) ?? unknownStart) : undefined
}

const startOnLinux = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in parentheses, may hold anything; state is field 3 and the start time field 22 (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ended = fields[0] === 'Z' || fields[0] === 'X'
    return ended ? undefined : `${bootId()}/${fields[19]}`
  } catch {
    return undefined
  }
}

const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()

const isSignallable = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const startByPs = (pid: number): string | undefined => {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
  } catch {
    return undefined
  }
}
