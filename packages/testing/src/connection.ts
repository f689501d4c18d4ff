import type { AnsweredPacketKind } from './faults/packets/packet.js'
import type { PacketKind, Side } from './faults/packets/packet-kind.js'
import type { Duration } from './time/duration.js'

/**
 * Whose packets are meant.
 *
 * @example
 * const toAna: PacketOptions = { from: 'server' }
 * ana.connection.drops('publish', toAna)
 */
export interface PacketOptions {
  /**
   * The end that sends them. By default the one that speaks, and for what answers it the other one: `publish` is what the
   * person or the bot says, and `puback` what the server answers to that.
   */
  from?: Side
}

/**
 * The connection of a device, or of a bot, and what can go wrong with it. It is TCP's: what breaks has broken for both ends,
 * and whoever used it connects again. What was promised holds all the same.
 *
 * @example
 * ana.connection.drops('puback')
 * await ana.says('two large') // the server has it, and says so; that gets lost
 * await ana.toHear('Two large. Anything else?')
 * await chat.toDeliverExactlyOnce()
 */
export interface Connection {
  /** It breaks now, and what is on its way is lost. Resolves when everybody is at rest again. */
  breaks(): Promise<void>
  /**
   * It breaks at the next packet of this kind, which never arrives; what was sent before it does. The test fails at its end
   * where none came.
   *
   * @throws RangeError where that end sends no such packet
   */
  drops(kind: PacketKind, options?: PacketOptions): void
  /**
   * It breaks at the answer to the next packet of this kind: it has arrived, and who sent it does not know. A bot commits its
   * turn again; a person's client looks whether the message is there, or sends it again.
   * The test fails at its end where none came.
   *
   * @throws RangeError where nothing answers such a packet
   */
  duplicates(kind: AnsweredPacketKind, options?: PacketOptions): void
  /**
   * The next packet of this kind waits, with all that is behind it, until one of the same kind and direction has gone on
   * somebody else's connection. The test fails at its end where none came.
   *
   * @throws RangeError where that end sends no such packet
   * @example
   * const phone = ana.device('phone')
   * phone.connection.reorders('publish')
   * await phone.says('said first')
   * await ana.says('stored first')
   */
  reorders(kind: PacketKind, options?: PacketOptions): void
  /** From now on what is sent arrives so much later, both ways where no end is named. */
  delays(duration: Duration, options?: PacketOptions): void
  /**
   * It is half-open from now on: nothing arrives, and neither end hears of it before its keep-alive is over. Who connects
   * again does so over another connection.
   *
   * @throws RangeError where there is no connection
   * @example
   * ana.connection.goesSilent()
   * await ana.says('is anybody there?') // on its way, and lost
   * await chat.advance('45s')
   * await ana.toHear('Here I am.') // it was noticed, and said again
   */
  goesSilent(): void
  /** Nothing is late any more, or waits, and what was to happen will not. Resolves when everybody is at rest. */
  recovers(): Promise<void>
}
