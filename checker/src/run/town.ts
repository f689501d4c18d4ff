import { setTimeout as sleep } from 'node:timers/promises'
import { Presences } from '@daakia/protocol'
import type { World } from '../areas/index.js'
import type { AskingDevice, Device, VisitingDevice } from '../devices/device.js'
import { RawDevice } from '../devices/raw-device.js'
import { SdkDevice } from '../devices/sdk-device.js'
import { Visitor } from '../devices/visitor.js'
import type { PresenceStatus } from '../history/event.js'
import type { Recorder } from '../history/recorder.js'
import type { Cast, CastDevice } from '../plan/cast.js'
import type { Rig } from '../rig/rig.js'

const mostVisits = 50
const betweenVisitsMs = 100

export interface TownParts {
  rig: Rig
  cast: Cast
  recorder: Recorder
}

/** The devices of all clients, at work. */
export class Town implements World {
  readonly #devices = new Map<string, Device>()
  readonly #raw = new Map<string, AskingDevice>()
  readonly #heads = new Map<string, number>()

  constructor(private readonly parts: TownParts) {
    for (const member of [...parts.cast.devices, ...parts.cast.guests]) this.#settle(member)
  }

  /** Resolves when every device has subscribed, and the conversations are there. */
  async open(): Promise<void> {
    await Promise.all(this.devices.map(({ ready }) => ready))
    await this.#makeRooms()
  }

  get devices(): readonly Device[] {
    return [...this.#devices.values()]
  }

  device(name: string): Device {
    const device = this.#devices.get(name)
    if (!device) throw new Error(`there is no device ${name}`)
    return device
  }

  guest(name: string): VisitingDevice {
    const device = this.#raw.get(name)
    if (!device) throw new Error(`there is no guest ${name}`)
    return device
  }

  read(device: string, conversation: string, range: { after?: number; limit: number }): void {
    this.#raw.get(device)?.read(conversation, range)
  }

  tell(device: string, conversation: string, field: 'read' | 'delivered', back: number): void {
    this.#raw.get(device)?.tell(conversation, field, back)
  }

  change(device: string, conversation: string, change: 'joined' | 'left', client: string): void {
    this.#raw.get(device)?.change(conversation, change, client)
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

  /** Each client as it is, by its devices, and as the server answers to somebody who shares a conversation with it. */
  async presence(): Promise<readonly { client: string; told: PresenceStatus | undefined; is: PresenceStatus }[]> {
    const { rig, cast } = this.parts
    if (cast.guests.length === 0) return []
    const clients = [...new Set(cast.guests.map(({ client }) => client))].filter((client) => isShared(cast, client))
    const visitor = await Visitor.connect(rig.serverPort, watcher)
    const { presences } = await visitor
      .call('presence/read', { clients })
      .then((answer) => Presences.parse(answer))
      .finally(() => visitor.close())
    return clients.map((client) => ({
      client,
      told: presences.find((found) => found.client === client)?.status,
      is: this.#presenceOf(client),
    }))
  }

  async notePresence(): Promise<void> {
    for (const found of await this.presence())
      this.parts.recorder.note('checker', { what: 'presence', type: 'ok', ...found })
  }

  #presenceOf(client: string): PresenceStatus {
    const own = [...this.#raw.values()].filter((device) => device.client === client).map(({ presence }) => presence)
    return statuses.find((status) => own.includes(status)) ?? 'offline'
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
      this.#raw.set(name, device)
    }
  }

  /** Nodes that have just come may let nobody in for a moment. */
  async #visit(client: string): Promise<Visitor> {
    for (let left = mostVisits; ; left--) {
      try {
        return await Visitor.connect(this.parts.rig.serverPort, client)
      } catch (error) {
        if (left === 0) throw error
        await sleep(betweenVisitsMs)
      }
    }
  }

  async #makeRooms(): Promise<void> {
    const { cast, recorder } = this.parts
    for (const { id, members, bots, open } of cast.rooms) {
      const [client = ''] = members
      const visitor = await this.#visit(client)
      // Direct conversations are made with their first message.
      if (!id.includes('~')) await visitor.call('conversations/create', { id, members })
      visitor.close()
      const about = { conversation: id, members, bots, ...(open && { open }) }
      recorder.note('checker', { what: 'room', type: 'ok', ...about })
    }
  }
}

/** What counts for more comes first. */
const statuses = ['online', 'away', 'offline'] as const

/** Who asks: it shares a conversation with all guests but those who share none. */
const watcher = 'ana'

const isShared = ({ rooms }: Cast, client: string): boolean =>
  rooms.some(({ members }) => members.includes(client) && members.includes(watcher))
