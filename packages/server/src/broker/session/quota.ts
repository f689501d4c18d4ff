import { type Packet, ReasonCode } from '@daakia/protocol/mqtt'
import type { Link } from '../../connection-manager/link.js'
import { countLimit } from '../../limits/refuse.js'
import type { Services } from '../services.js'
import type { Acknowledgements } from './acknowledgements.js'

/** How much a client may ask for at once: its unacknowledged publishes, and those that wait for the disk. */
export class Quota {
  /** What the CONNACK announces: a reload changes nothing for this connection. */
  readonly receiveMaximum: number
  #used = 0
  #holding = false

  constructor(
    private readonly link: Link,
    private readonly services: Pick<Services, 'limits' | 'counters'>,
  ) {
    this.receiveMaximum = services.limits.receiveMaximum
  }

  /** Counts a QoS 1 or 2 publish. Answers false, and closes, where it is over the Receive Maximum [MQTT-3.3.4-7]. */
  take(): boolean {
    this.#used++
    // MQTT 3.1.1 knows no such limit; there, what waits for the disk is limited alone.
    if (this.link.version === 4 || this.#used <= this.receiveMaximum) return true
    countLimit(this.services.counters, 'connection', 'receiveMaximum')
    const reason = `More than ${this.receiveMaximum} publishes are not acknowledged.`
    this.link.close(ReasonCode.ReceiveMaximumExceeded, reason)
    return false
  }

  /** Sends an answer, which gives back what its publish took (MQTT 5, 4.9). */
  answer(answer: Packet): void {
    if (endsExchange(answer)) this.#used = Math.max(0, this.#used - 1)
    this.link.send(answer)
  }

  /** Stops reading while too many publishes wait, or too much. */
  heed({ waiting, waitingBytes }: Pick<Acknowledgements, 'waiting' | 'waitingBytes'>): void {
    const { limits } = this.services
    const share = Math.max(waiting / limits.waitingPublishes, waitingBytes / limits.waitingBytes)
    if (!this.#holding && share >= 1) this.#hold()
    else if (this.#holding && share <= 1 / 2) this.#release()
  }

  #hold(): void {
    this.#holding = true
    this.link.hold()
  }

  #release(): void {
    this.#holding = false
    this.link.release()
  }
}

const endsExchange = (packet: Packet): boolean =>
  packet.type === 'puback' || packet.type === 'pubcomp' || (packet.type === 'pubrec' && packet.reasonCode >= 0x80)
