import { readFileSync } from 'node:fs'

/**
 * What the kernel knows of a process: Linux only, undefined elsewhere.
 *
 * Source: proc(5), https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */

/** Fixed for programs since Linux 2.6 (`USER_HZ`). */
const ticksPerSecond = 100
/** Counted from the field behind the program's name, which may hold blanks. */
const utime = 11
const stime = 12

/** Seconds of processor time, of all its threads. */
export const cpuSeconds = (pid: number): number | undefined => {
  const stat = read(pid, 'stat')
  if (stat === undefined) return undefined
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[utime]) + Number(fields[stime])) / ticksPerSecond
}

/** Bytes in memory: all (`VmRSS`), or what is no file's (`RssAnon`). */
export const memoryBytes = (pid: number, kind: 'VmRSS' | 'RssAnon'): number | undefined => {
  const found = read(pid, 'status')?.match(new RegExp(`^${kind}:\\s+(\\d+) kB`, 'm'))
  return found ? Number(found[1]) * 1024 : undefined
}

const read = (pid: number, file: string): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined
  }
}

/** How many files a process may have open; 1,024, as is usual, where that can't be read. */
export const openFilesLimit = (pid: number): number => {
  const found = read(pid, 'limits')?.match(/^Max open files\s+(\d+)/m)
  return found ? Number(found[1]) : 1_024
}
