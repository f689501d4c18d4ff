import type { World } from '../areas/index.js'
import type { AskingDevice, Device } from '../devices/device.js'
import { RawDevice } from '../devices/raw-device.js'
import { SdkDevice } from '../devices/sdk-device.js'
import { Visitor } from '../devices/visitor.js'
import type { Recorder } from '../history/recorder.js'
import type { Cast, CastDevice } from '../plan/cast.js'
import type { Rig } from '../rig/rig.js'

export interface TownParts {
  rig: Rig
  cast: Cast
  recorder: Recorder
}

/** The devices of all clients, at work. */
export class Town implements World {
  readonly #devices = new Map<string, Device>()
  readonly #asking = new Map<string, AskingDevice>()
  readonly #heads = new Map<string, number>()

  private constructor(private readonly parts: TownParts) {
    for (const member of parts.cast.devices) this.#settle(member)
  }

  /** Resolves when every device has subscribed, and the conversations are there. */
  static async open(parts: TownParts): Promise<Town> {
    const town = new Town(parts)
    await Promise.all(town.devices.map(({ ready }) => ready))
    await town.#makeRooms()
    return town
  }

  get devices(): readonly Device[] {
    return [...this.#devices.values()]
  }

  device(name: string): Device {
    const device = this.#devices.get(name)
    if (!device) throw new Error(`there is no device ${name}`)
    return device
  }

  read(device: string, conversation: string, range: { after?: number; limit: number }): void {
    this.#asking.get(device)?.read(conversation, range)
  }

  change(device: string, conversation: string, change: 'joined' | 'left', client: string): void {
    this.#asking.get(device)?.change(conversation, change, client)
  }

  heardOf(conversation: string): number {
    const { events } = this.parts.recorder
    // The newest that anybody heard; near the end of the history, so looked for from there.
    for (let n = events.length - 1; n >= 0 && n > events.length - 1_000; n--) {
      const event = events[n]
      if (event?.what === 'hear' && event.conversation === conversation && event.seq !== undefined)
        this.#heads.set(conversation, Math.max(event.seq, this.#heads.get(conversation) ?? 0))
    }
    return this.#heads.get(conversation) ?? 0
  }

  async close(): Promise<void> {
    await Promise.all(this.devices.map((device) => device.close()))
  }

  #settle(member: CastDevice): void {
    const { rig, recorder } = this.parts
    const { name, client, way } = member
    const port = rig.portOf(name)
    if (way === 'sdk') this.#devices.set(name, new SdkDevice({ name, client, port, recorder }))
    else {
      const device = new RawDevice({ ...member, way, port, recorder, random: Math.random })
      this.#devices.set(name, device)
      if (way === 'since') this.#asking.set(name, device)
    }
  }

  async #makeRooms(): Promise<void> {
    const { rig, cast, recorder } = this.parts
    for (const { id, members, bots, open } of cast.rooms) {
      const [client = ''] = members
      const visitor = await Visitor.connect(rig.serverPort, client)
      // Direct conversations are made with their first message.
      if (!id.includes('~')) await visitor.call('conversations/create', { id, members })
      visitor.close()
      const about = { conversation: id, members, bots, ...(open && { open }) }
      recorder.note('checker', { what: 'room', type: 'ok', ...about })
    }
  }
}
