import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Checked, type CheckerOptions, check, plan } from '../../src/checker.js'
import { readHistory } from '../../src/history/read-history.js'
import { judge } from '../../src/report/verdict.js'
import type { Programs } from '../../src/rig/rig.js'

export interface PlayOptions extends CheckerOptions {
  programs: Programs
  leaseMs?: number
  patienceMs?: number
}

export interface Played extends Checked {
  /** What the saved history says when it is checked again. */
  again: Checked['broken']
}

/** Plays a plan against programs, in a folder that is removed. */
export const play = async ({
  programs,
  leaseMs = 1_500,
  patienceMs = 20_000,
  ...options
}: PlayOptions): Promise<Played> => {
  const folder = await mkdtemp(join(tmpdir(), 'daakia-checker-test-'))
  const { signal: aborted } = new AbortController()
  const parts = { options, command: '', folder, programs, leaseMs, patienceMs, progress: () => {}, aborted }
  try {
    const checked = await check({ ...parts, plan: plan(options) })
    const saved = await readHistory(checked.history)
    return { ...checked, again: judge(saved.events, saved.header.areas).broken }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
