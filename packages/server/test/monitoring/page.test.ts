import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { noCounts } from '../../src/counters.js'
import { createMetrics } from '../../src/monitoring/metrics.js'
import { systemValues } from '../../src/monitoring/system-values.js'
import { accountsOf } from '../support/accounts.js'

const page = readFileSync(new URL('../../../../docs/reference/monitoring.md', import.meta.url), 'utf8')

/** The rows of tables whose first cell begins so, by their cells. */
const rowsOf = (beginning: string): string[][] =>
  page
    .split('\n')
    .filter((line) => line.startsWith(`| \`${beginning}`))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))

describe('the page about monitoring', () => {
  it('names every metric of the server, with its type', async () => {
    const text = await createMetrics({
      counters: noCounts(),
      accounts: accountsOf(),
      parked: { parkedCounts: async () => new Map() },
    }).text()
    const told = [...text.matchAll(/^# TYPE (daakia_\w+) (\w+)$/gm)].map(([, name, type]) => [name, type])
    expect(
      rowsOf('daakia_')
        .map(([, name, type]) => [name, type])
        .filter(([name]) => !name?.startsWith('daakia_bot_'))
        .sort(),
    ).toEqual(told.sort())
  })

  it('names every topic under $SYS', () => {
    const accounts = accountsOf()
    const values = systemValues({ usage: accounts.usage('dev'), traffic: accounts.traffic('dev'), uptimeMs: 0 })
    expect(rowsOf('$SYS/').map(([, topic]) => topic)).toEqual([...values.keys()])
  })
})
