import type { Message } from '@daakia/client-sdk'
import { type BotState, isClientId } from '@daakia/protocol'
import type { User } from '../chat.js'
import { called, misuse } from '../failure/misuse.js'
import { Given, isText } from '../given.js'
import { type DeviceParts, SceneDevice } from './device.js'

export interface UserParts extends DeviceParts {
  /** Connects another device. */
  connect(parts: Pick<DeviceParts, 'name' | 'deviceName' | 'call' | 'hearing' | 'heads'>): SceneDevice
}

/** A person, who is at the first of their devices. */
export class SceneUser extends SceneDevice implements User {
  readonly #parts: UserParts
  readonly #others = new Map<string, SceneDevice>()

  constructor(parts: UserParts) {
    super(parts)
    this.#parts = parts
  }

  device(name: string): SceneDevice {
    return called(this.device, () => this.#device(name))
  }

  #device(name: string): SceneDevice {
    new Given(`${this.#parts.call}.device`).is(name, isText, `a name, such as ${this.#parts.call}.device('phone')`)
    const known = this.#others.get(name)
    if (known) return known
    if (!isClientId(name))
      throw misuse(new RangeError(`"${name}" cannot name a device: 1 to 128 of A-Z a-z 0-9 . _ @ - do.`))
    const { call, hearing } = this.#parts
    const names = { name: `${this.name} on ${name}`, deviceName: name, call: `${call}.device('${name}')` }
    const device = this.#parts.connect({ ...names, hearing, heads: this.allHeads })
    this.#others.set(name, device)
    return device
  }

  get devices(): readonly SceneDevice[] {
    return [this, ...this.#others.values()]
  }

  /** Of each conversation that any of the devices knows of, `seq` of the newest message. */
  get allHeads(): ReadonlyMap<string, number> {
    const heads = new Map<string, number>()
    for (const [conversation, head] of this.devices.flatMap((device) => [...device.heads]))
      heads.set(conversation, Math.max(head, heads.get(conversation) ?? 0))
    return heads
  }

  /** What fails the test where it ends now: each message once, on however many devices it came. */
  get missed(): readonly Message[] {
    if (this.#parts.hearing.ignoresTheRest) return []
    const missed = this.devices.flatMap(({ unheard }) => unheard)
    return missed.filter((one, index) => missed.findIndex((other) => isSame(one, other)) === index)
  }

  /** The newest that any of the devices was told. */
  newestState(conversation: string, bot: string): BotState | undefined {
    const states = this.devices.flatMap((device) => device.state(conversation, bot) ?? [])
    return states.reduce<BotState | undefined>((newest, state) => (isNewer(state, newest) ? state : newest), undefined)
  }
}

const isSame = (one: Message, other: Message): boolean =>
  one.conversation === other.conversation && one.seq === other.seq

const isNewer = ({ revision, head }: BotState, other: BotState | undefined): boolean =>
  !other || revision > other.revision || (revision === other.revision && head > other.head)
