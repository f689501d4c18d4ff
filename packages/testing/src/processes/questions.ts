import type { Start } from '@daakia/bot-sdk/internal'
import type { LinkStatus } from '@daakia/client-sdk'
import type { TurnAtWork } from '@daakia/server'
import type { TurnMoment } from '../faults/crash-point.js'
import type { Deed } from './deeds.js'
import type { End } from './ends.js'

/** Where no answer is named, it says that it is done. */
interface Question<Asked, Answer = void> {
  asked: Asked
  answer: Answer
}

/** The time of a process: its own, which the test moves, or the machine's. */
export type Clockwork = { time: 'virtual'; now: number } | { time: 'real' }

/** How a process stands. */
export interface Look {
  /** Of its connections with the server, or with the server's clients. */
  ends: readonly End[]
  /** When the earliest waiting call is due, upkeep aside. */
  nextDue: number | undefined
}

/** Of a server or a bot alike. */
type Common = {
  /** Answered when it rests, and stays at no point of a turn. */
  look: Question<undefined, Look>
  /** It is this time now; what is due at it does not go off yet. */
  arriveAt: Question<number>
  /** Answered when it is this time, and what is due by then has gone off. */
  passTo: Question<number>
}

export interface ServerOrder {
  /** Of the data. It goes with the test's process, where that dies. */
  folder: string
  seed: number
  clock: Clockwork
}

/** What the test asks of the process of a server. */
export type OfServer = Common & {
  open: Question<ServerOrder, { port: number }>
  openTurns: Question<undefined, readonly TurnAtWork[]>
  /** Answered when the folder is free. Another one may be opened then. */
  close: Question<undefined>
}

export interface BotOrder {
  id: string
  connection: string
  seed: number
  startAt: Start | undefined
  clock: Clockwork
}

/** What the test asks of the process of a bot. */
export type OfBot = Common & {
  /** Runs modules, in which bots are. */
  load: Question<readonly string[]>
  /** Answered when it gets its turns. */
  run: Question<BotOrder>
}

/** What processes ask of the test. */
export type OfTest = {
  /** Answered when the turn may go on: never, where the process is killed here. */
  reach: Question<{ moment: TurnMoment; conversation: string }>
  /** The port of the server, when it is there. */
  server: Question<undefined, number>
  status: Question<LinkStatus>
  note: Question<string>
  /** What a bot has done. */
  deed: Question<Deed>
}
