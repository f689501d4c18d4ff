import type { Start } from '@daakia/bot-sdk/internal'
import type { LinkStatus } from '@daakia/client-sdk'
import type { TurnAtWork } from '@daakia/server'
import type { TurnMoment } from '../faults/crash-point.js'
import type { AtWork } from '../scene/unawaited.js'
import type { Deed } from './deeds.js'
import type { End } from './ends.js'

/** Where no answer is named, it says that it is done. */
interface Question<Asked, Answer = void> {
  asked: Asked
  answer: Answer
}

/** The time of a process: its own, which the test moves, or the machine's. */
export type Clockwork = ({ time: 'virtual'; now: number } | { time: 'real' }) & {
  /** Ends of connections look whether the other one is there. */
  isWatched: boolean
}

/** How a process stands. */
export interface Look {
  /** Of its connections with the server, or with the server's clients. */
  ends: readonly End[]
  /** When the earliest waiting call is due, upkeep aside. */
  nextDue: number | undefined
}

/** How the process of a bot stands. */
export interface LookAtBot extends Look {
  /** How much work it is at that is not waited for, and that is. */
  atWork: AtWork
}

/** Of a server or a bot alike. */
type Common = {
  /** It is this time now; what is due at it does not go off yet. */
  arriveAt: Question<number>
  /** Answered when it is this time, and what is due by then has gone off. */
  passTo: Question<number>
  /** Whether ends of connections look from now on whether the other one is there. */
  watch: Question<boolean>
}

export interface ServerOrder {
  /** Of the data. It goes with the test's process, where that dies. */
  folder: string
  seed: number
  clock: Clockwork
  keepAliveSeconds: number
}

/** What the test asks of the process of a server. */
export type OfServer = Common & {
  /** Of the program, as far as it is compiled by now. */
  code: Question<undefined, Uint8Array>
  /** Answered when it rests, and stays at no point of a turn. `butTurns`: what bots have in hand is not waited for. */
  look: Question<{ butTurns: boolean }, Look>
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
  keepAliveSeconds: number
  /** Names of actors, whose work nobody waits for. */
  unawaited: readonly string[]
}

/** What the test asks of the process of a bot. */
export type OfBot = Common & {
  /** Answered when it has nothing to do before somebody else has, and stays at no point of a turn. */
  look: Question<undefined, LookAtBot>
  /** Runs modules, in which bots are. */
  load: Question<readonly string[]>
  /** Answered when it has begun to connect. */
  run: Question<BotOrder>
  /** Answered when it gets its turns. */
  ready: Question<undefined>
}

/** What processes ask of the test. */
export type OfTest = {
  /** Answered when the turn may go on: never, where the process is killed here. */
  reach: Question<{ moment: TurnMoment; conversation: string }>
  /** The port by which the server is reached: answered when it is, once for each connection. */
  server: Question<undefined, number>
  status: Question<LinkStatus>
  note: Question<string>
  /** What a bot has done. */
  deed: Question<Deed>
}
