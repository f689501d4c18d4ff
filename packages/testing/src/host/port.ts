import type { Bot } from '@daakia/bot-sdk'
import type { Start, Watch } from '@daakia/bot-sdk/internal'
import type { LinkStatus } from '@daakia/client-sdk'
import type { OpenSocket } from '@daakia/client-sdk/internal'
import type { TurnAtWork } from '@daakia/server'
import type { TurnMoment } from '../faults/crash-point.js'
import type { HeldUp, Participant } from '../scene/rest.js'

/** A process has ended that nobody has killed. */
export class EndedByItself extends Error {
  override readonly name = 'EndedByItself'
}

/** The server of a scene, and the way to it. */
export interface Host extends Participant {
  /** What leads people to the server; while it is not there, who wants to connect waits. */
  sockets(): OpenSocket | Promise<OpenSocket>
  /**
   * Resolves when the server rests; where somebody may be held up, also when nothing else goes on.
   *
   * @throws EndedByItself, and what else keeps somebody from running
   */
  rest(heldUp?: HeldUp): Promise<void>
  /** What bots have in hand, the oldest turn first. */
  openTurns(): Promise<readonly TurnAtWork[]>
  /** Ends the server as a crash would, and starts another one that has what was stored. */
  crash(): void
  /** Ends it for good, with what was stored. */
  close(): Promise<void>
}

/** Makes a process of a bot, and connects it. */
export type StartBot = (start: BotStart) => BotProcess

/** A process of a bot, from its start until it is killed. */
export interface BotProcess {
  /** Of its connection. */
  readonly status: LinkStatus
  /** Resolves when it gets its turns from the server; rejects where it never does. */
  readonly ready: Promise<void>
  /** Ends it as a crash would, and resolves when nothing of it is left. */
  kill(): Promise<void>
  /** The same in the midst of a turn, which never ends: what is left of it does nothing more. */
  crash(): void
}

/** Hears what a bot does, and that a turn of it begins. */
export interface TurnWatch extends Watch {
  leased(conversation: string): void
}

export interface BotStart {
  bot: Bot
  /** The MQTT client identifier. */
  connection: string
  /** Of what it draws at random. */
  seed: number
  /** Where the conversations start that begin with an opening; at the beginning where it is absent. */
  startAt: Start | undefined
  /** Hears what it does. */
  watch: TurnWatch
  /** What leads it to the server, for one connection, when that may be made. */
  sockets(): Promise<OpenSocket>
  /** Called when a turn comes to this moment, which does not go on before it has answered. */
  reach(moment: TurnMoment): Promise<never> | undefined
  /** Hears of its warnings. */
  note(text: string): void
}
