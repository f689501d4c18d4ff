import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect as connectSocket, createServer as createSocketServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bot, type BotConnection, type ConnectOptions, connect, type TurnHooks } from '@daakia/bot-sdk'
import { type Client, createClient, type Message } from '@daakia/client-sdk'
import { createServer } from '@daakia/server'

/** A way to a server that can be cut for ever. */
class Door {
  readonly #door = createSocketServer((socket) => this.#join(socket))
  readonly #sockets: Socket[] = []
  readonly #inside: number

  private constructor(inside: number) {
    this.#inside = inside
  }

  static async open(inside: number): Promise<Door> {
    const door = new Door(inside)
    await once(door.#door.listen(0, '127.0.0.1'), 'listening')
    return door
  }

  get port(): number {
    return (this.#door.address() as AddressInfo).port
  }

  #join(outer: Socket): void {
    const inner = connectSocket(this.#inside, '127.0.0.1')
    outer.pipe(inner).pipe(outer)
    for (const socket of [outer, inner]) this.#sockets.push(socket.on('error', () => {}))
  }

  close(): void {
    this.#door.close()
    for (const socket of this.#sockets) socket.destroy()
  }
}

const points = ['turn.leased', 'turn.commit', 'turn.committed'] as const
export type Point = (typeof points)[number]

/** A server with its data on disk; bots and people reach it over TCP. */
export class House {
  readonly #cleanUps: (() => Promise<unknown>)[] = []
  #closed = false
  #port = 0

  static async open(): Promise<House> {
    const house = new House()
    const folder = await mkdtemp(join(tmpdir(), 'daakia-house-'))
    house.#cleanUps.push(() => rm(folder, { recursive: true, force: true }))
    const server = createServer({ dev: true, storage: { folder }, listen: { mqttPort: 0 } })
    house.#cleanUps.push(() => server.close())
    const { mqttPort = 0 } = await server.start()
    house.#port = mqttPort
    return house
  }

  /** Resolves when the instance gets its turns. */
  async instance(bot: Bot, options: Pick<ConnectOptions, 'hooks' | 'hotRuns'> = {}): Promise<BotConnection> {
    return this.#instanceAt(this.#port, bot, options)
  }

  async #instanceAt(port: number, bot: Bot, options: Pick<ConnectOptions, 'hooks' | 'hotRuns'>) {
    const log = { info: () => {}, warn: () => {} }
    const running = connect(bot, { url: `mqtt://127.0.0.1:${port}`, log, ...options })
    this.#cleanUps.push(() => running.close({ graceMs: 0 }))
    await running.ready
    return running
  }

  /**
   * An instance that can be killed, at a point of a turn: its connection is gone, and it never comes back nor does
   * anything more.
   */
  async mortalInstance(bot: Bot, isDoomed: (point: Point) => boolean, options: { hotRuns: number; died(): void }) {
    const door = await Door.open(this.#port)
    let release = () => {}
    const end = new Promise<void>((resolve) => {
      release = resolve
    })
    const at = (point: Point) => () => {
      if (!isDoomed(point)) return
      door.close()
      options.died()
      return end
    }
    const hooks: TurnHooks = Object.fromEntries(points.map((point) => [point, at(point)]))
    await this.#instanceAt(door.port, bot, { hooks, hotRuns: options.hotRuns })
    this.#cleanUps.push(async () => {
      door.close()
      release()
    })
  }

  async person(name: string): Promise<Client> {
    const client = createClient({ url: `mqtt://127.0.0.1:${this.#port}`, identity: name })
    this.#cleanUps.push(() => client.close({ giveUpAfterMs: 0 }))
    await client.online()
    return client
  }

  get closed(): boolean {
    return this.#closed
  }

  async close(): Promise<void> {
    this.#closed = true
    for (let cleanUp = this.#cleanUps.pop(); cleanUp; cleanUp = this.#cleanUps.pop()) await cleanUp()
  }
}

type Talk = ReturnType<Client['to']>

/** Resolves when the bot has handled what was sent, and waits for no timer in its state `reminding`. */
export const atRest = (talk: Talk, bot: string, { seq }: Pick<Message, 'seq'>): Promise<void> =>
  new Promise((resolve) => {
    let stop = () => {}
    const look = () => {
      const state = talk.state(bot)
      if (!state || state.processed < seq || state.status !== 'ready' || state.value === 'reminding') return
      stop()
      resolve()
    }
    stop = talk.onState(look)
    look()
  })

/** All that was said, a line for each message. @throws where the numbers of the journal are not dense */
export async function transcript(talk: Talk): Promise<readonly string[]> {
  const { messages } = await talk.history({ after: 0, limit: 1_000 })
  const gap = messages.findIndex(({ seq }, index) => seq !== index + 1)
  if (gap >= 0) throw new Error(`entry ${gap + 1} of the journal has another number`)
  return messages.map(({ from, plain, type }) => `${from}: ${plain ?? type}`)
}

/** Several instances of a bot, of which one dies where it is told to and is replaced by another one. */
export class Fleet {
  readonly #house: House
  readonly #bot: Bot
  readonly #hotRuns: number
  #doomed: Point | undefined
  /** How many have died. */
  deaths = 0

  private constructor(house: House, bot: Bot, hotRuns: number) {
    this.#house = house
    this.#bot = bot
    this.#hotRuns = hotRuns
  }

  static async of(house: House, bot: Bot, { instances = 10, hotRuns = 3 } = {}): Promise<Fleet> {
    const fleet = new Fleet(house, bot, hotRuns)
    for (let made = 0; made < instances; made++) await fleet.#add()
    return fleet
  }

  /** The next instance that comes to this point in a turn dies there. */
  doom(point: Point | undefined): void {
    this.#doomed = point
  }

  #add(): Promise<void> {
    // Who is still coming when the test ends is turned away.
    const replace = () =>
      this.#add().catch((error) => {
        if (!this.#house.closed) throw error
      })
    const died = () => void replace()
    const options = { hotRuns: this.#hotRuns, died }
    return this.#house.mortalInstance(this.#bot, (point) => this.#befalls(point), options)
  }

  #befalls(point: Point): boolean {
    if (this.#doomed !== point) return false
    this.#doomed = undefined
    this.deaths++
    return true
  }
}
