import type { RenewTurn } from '@daakia/protocol'
import { StateDoesNotFit } from '../engine/errors.js'
import { type BotLog, LeaseGone, type TurnServer } from './port.js'
import { NotTold } from './told.js'
import type { Item } from './waiting.js'

/** Tells the server, and the log, why a turn came to nothing. Never rejects. */
export async function giveUp(
  error: unknown,
  handling: Item | undefined,
  turn: RenewTurn,
  { server, log }: { server: TurnServer; log: BotLog },
): Promise<void> {
  if (error instanceof LeaseGone) return log.info({ ...turn }, error.message)
  if (error instanceof NotTold) log.info({ ...turn }, error.message)
  else log.warn({ ...turn, ...culprit(handling), ...detailsOf(error) }, 'The turn failed and was rolled back')
  try {
    if (error instanceof StateDoesNotFit) await server.park({ ...turn, reason: error.message })
    else await server.fail({ ...turn, ...culprit(handling), cause: causeOf(error) })
  } catch (refused) {
    // Nothing is lost: the lease runs out, and the server tries again.
    log.warn({ ...turn, ...detailsOf(refused) }, 'The server could not be told that a turn failed')
  }
}

function culprit(item: Item | undefined): { seq?: number; timer?: string } {
  if (item?.kind === 'message') return { seq: item.message.seq }
  return item?.kind === 'timer' ? { timer: item.timer.id } : {}
}

const detailsOf = (error: unknown) => ({
  cause: causeOf(error),
  ...(error instanceof Error && error.stack && { stack: error.stack }),
})

export const causeOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)
