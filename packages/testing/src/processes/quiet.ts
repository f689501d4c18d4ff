import type { End } from './ends.js'

/** The ends of all connections at about one moment, each asked of a process that was at rest then. */
export interface Round {
  clients: readonly End[]
  server: readonly End[]
  /** Somebody is at work who tells nothing of it by bytes. */
  isBusy?: boolean
}

/**
 * Resolves when all processes are at rest, and nothing is on its way between them.
 *
 * They can't be asked at one moment: what one of them has sent after it was asked may arrive at another one before that is
 * asked. So they are asked twice, the second time when all have answered the first. Where every process has read and
 * written as much as before, none of them has done anything from its first answer to its second: between the two rounds all
 * stood still at once. Where all that was written was read, too, nothing was on its way at that moment; and who is at rest,
 * and gets nothing, goes on resting. It takes two counts to see that, and no amount of time.
 */
export const quiet = async (ask: () => Promise<Round>): Promise<void> => {
  let before: string | undefined
  let now: string | undefined
  do {
    before = now
    const round = await ask()
    now = isStill(round) ? JSON.stringify(round) : undefined
  } while (now === undefined || now !== before)
}

/** Both ends of each connection are there, and each has read what the other has written. */
const isStill = ({ clients, server, isBusy = false }: Round): boolean => {
  if (isBusy) return false
  const others = new Map(server.map((end) => [nameOf(end), end]))
  const agree = (end: End) => {
    const { read, written } = end
    const other = others.get(nameOf(end))
    return other !== undefined && other.written === read && other.read === written
  }
  return clients.length === server.length && clients.every(agree)
}

const nameOf = ({ client, server }: End): string => `${client} ${server}`
