import { textTable } from '../report/text.js'

/** What one message took. */
export interface Share {
  /** Of each person. */
  outstanding: number
  perSecond: number
  serverMicros: number
  redisMicros: number
  scripts: number
}

export interface Subject {
  name: string
  shares: Share[]
}

export interface PartitionsResult {
  subjects: readonly Subject[]
}

/** So many messages each of a hundred people has outstanding. */
export const loads = [1, 20]

export const describePartitions = ({ subjects }: PartitionsResult): string =>
  loads.map((outstanding) => describeLoad(subjects, outstanding)).join('\n\n')

const describeLoad = (subjects: readonly Subject[], outstanding: number): string => {
  const rows = subjects.map(({ name, shares }) => ({ name, ...medians(shares, outstanding) }))
  const least = rows[0]?.serverMicros ?? Number.NaN
  return [
    `A conversation message, ${outstanding * 100} outstanding. Medians; processor time in µs.`,
    textTable({
      head: ['', 'server', 'to that of the disk', 'Redis', 'scripts', 'messages/s'],
      body: rows.map(({ name, serverMicros, redisMicros, scripts, perSecond }) => [
        ...[name, serverMicros.toFixed(0), (serverMicros / least).toFixed(1), redisMicros.toFixed(0)],
        ...[scripts.toFixed(2), Math.round(perSecond).toLocaleString('en-US')],
      ]),
      notes: [],
    }),
  ].join('\n')
}

const medians = (shares: readonly Share[], outstanding: number) => {
  const measured = shares.filter((share) => share.outstanding === outstanding)
  const of = (part: keyof Share) => median(measured.map((share) => share[part]))
  return {
    perSecond: of('perSecond'),
    serverMicros: of('serverMicros'),
    redisMicros: of('redisMicros'),
    scripts: of('scripts'),
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
