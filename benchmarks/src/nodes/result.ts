import { textTable } from '../report/text.js'

/** What one message took. */
export interface Share {
  perSecond: number
  /** Of all nodes. */
  serverMicros: number
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
    return {
      name,
      nodes,
      server: of('serverMicros'),
      redis: of('redisMicros'),
      scripts: of('scripts'),
      heard: of('heard'),
    }
  })
  const [alone, one] = rows
  return [
    'A message from one person to another one, who hears it on another node. Medians; processor time in µs.',
    textTable({
      head: ['', 'nodes', 'to one process', 'to one node', 'a CPU-second each carries', 'Redis', 'scripts', 'heard'],
      body: rows.map(({ name, nodes, server, redis, scripts, heard }) => [
        ...[name, server.toFixed(0), (server / (alone?.server ?? Number.NaN)).toFixed(2)],
        ...[
          (server / (one?.server ?? Number.NaN)).toFixed(2),
          Math.round((nodes * 1e6) / server).toLocaleString('en-US'),
        ],
        ...[redis.toFixed(0), scripts.toFixed(2), heard.toFixed(2)],
      ]),
      notes: [],
    }),
  ].join('\n')
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
