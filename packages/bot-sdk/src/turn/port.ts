import type {
  CheckedHandoff,
  CheckHandoff,
  CommitTurn,
  Committed,
  FailTurn,
  ParkTurn,
  RenewTurn,
} from '@daakia/protocol'

/** What a bot asks of the server in a turn. Every method rejects with {@link LeaseGone} or {@link Unanswered}, or with what was wrong with the call. */
export interface TurnServer {
  commit(turn: CommitTurn): Promise<Committed>
  renew(turn: RenewTurn): Promise<void>
  fail(turn: FailTurn): Promise<void>
  park(turn: ParkTurn): Promise<void>
  /** Whether the conversation may be handed over so, with the commit that comes next. */
  checkHandoff(asked: CheckHandoff): Promise<CheckedHandoff>
}

/** The lease is not ours any more, and nothing was applied. */
export class LeaseGone extends Error {
  override readonly name = 'LeaseGone'
}

/** Whether the server has done it is not known; it may be asked again in the same words. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered'
}

/**
 * A moment in a turn.
 *
 * @example
 * const at = ({ conversation, revision }: TurnPoint): string => `${conversation}, from revision ${revision}`
 * connect(order, { url: 'mqtt://127.0.0.1:1883', hooks: { 'turn.leased': (point) => console.log(at(point)) } })
 */
export interface TurnPoint {
  conversation: string
  /** The revision that the turn started from. */
  revision: number
}

/**
 * Called at named moments of a turn, and waited for. For tests that have to stop a bot just there.
 *
 * @example
 * // dies when its commit is on the server's disk, before it hears of that
 * const hooks: TurnHooks = { 'turn.committed': () => process.abort() }
 * connect(order, { url: 'mqtt://127.0.0.1:1883', hooks })
 */
export interface TurnHooks {
  /** A lease has arrived. */
  'turn.leased'?(point: TurnPoint): void | Promise<void>
  /** The turn is ready; its commit is not sent yet. */
  'turn.commit'?(point: TurnPoint): void | Promise<void>
  /** A checkpoint was sent and applied, and the turn goes on. */
  'turn.checkpointed'?(point: TurnPoint): void | Promise<void>
  /** The commit was sent and applied; its answer is not handled yet. */
  'turn.committed'?(point: TurnPoint): void | Promise<void>
}

/**
 * Where a bot tells what happens to it; the shape of pino, so that one fits as it is.
 *
 * @example
 * const log: BotLog = { info: () => {}, warn: (fields, message) => console.error(message, fields) }
 * connect(order, { url: 'mqtt://127.0.0.1:1883', log })
 */
export interface BotLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
}
