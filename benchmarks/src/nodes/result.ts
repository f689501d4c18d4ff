import { median } from '../load/percentile.js'
import { textTable } from '../report/text.js'

/** What one message took. */
export interface Share {
  perSecond: number
  /** Of all nodes. */
  serverMicros: number
  /** Of a node that has nobody. */
  idleMicros: number
  redisMicros: number
  scripts: number
  /** How often the other one heard it. */
  heard: number
}

export interface Subject {
  name: string
  shares: Share[]
}

export interface NodesResult {
  subjects: readonly (Subject & { nodes: number })[]
}

export const describeNodes = ({ subjects }: NodesResult): string => {
  const rows = subjects.map(({ name, nodes, shares }) => {
    const of = (part: keyof Share) => median(shares.map((share) => share[part]))
    const [server, redis, idle] = [of('serverMicros'), of('redisMicros'), of('idleMicros')]
    return { name, nodes, server, redis, idle, scripts: of('scripts'), heard: of('heard') }
  })
  const ratio = (to: { server: number } | undefined) => (row: { server: number }) =>
    (row.server / (to?.server ?? Number.NaN)).toFixed(2)
  const [toAlone, toOne] = [ratio(rows[0]), ratio(rows[1])]
  return [
    'A message from one person to another, who hears it, on the next node. Medians; processor time in µs.',
    textTable({
      head: [
        '',
        'nodes',
        'to one process',
        'to 1 node',
        'Redis',
        'an idle node',
        'scripts',
        'heard',
        'with a core each',
      ],
      body: rows.map((row) => [
        ...[row.name, row.server.toFixed(0), toAlone(row), toOne(row), row.redis.toFixed(0), row.idle.toFixed(1)],
        ...[row.scripts.toFixed(2), row.heard.toFixed(2)],
        `${Math.round((row.nodes * 1e6) / row.server).toLocaleString('en-US')}/s`,
      ]),
      notes: [],
    }),
  ].join('\n')
}
