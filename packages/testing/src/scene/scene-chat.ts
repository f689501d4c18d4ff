import { type Client, ConnectionLost } from '@daakia/client-sdk'
import { isClientId } from '@daakia/protocol'
import type { Chat } from '../chat.js'
import type { Anomaly, Delivered } from '../delivery/anomaly.js'
import { type Deliveries, notExactlyOnce, outOfOrder } from '../delivery/deliveries.js'
import { readJournal } from '../delivery/journals.js'
import { type CallSite, callSite } from '../failure/call-site.js'
import type { ConversationFailure } from '../failure/conversation-failure.js'
import { called, checking, misuse } from '../failure/misuse.js'
import { forgotAwait, leftUnheard, neverCame, wrongDelivery } from '../failure/problems.js'
import { Given, isList, isRecord, isText } from '../given.js'
import { type Duration, toMs } from '../time/duration.js'
import type { SceneBot } from './bot.js'
import type { Scene } from './scene.js'
import type { SceneUser } from './user.js'

export interface SceneChatParts {
  scene: Scene
  /** Where the test made it. */
  site: CallSite
  /** Of the bot that is meant where none is named. */
  firstBot: string
  /** Lets a person in. */
  enter(name: string): SceneUser
  /** Ends the server as a crash would, and has another one start. */
  crashServer(): void
  /** Ends everything, and resolves when it has ended. */
  shutDown(): Promise<void>
}

/** Made again with the same id, it is the same one: so it is made again where the server dies meanwhile. */
const made = async (client: Client, conversation: { id: string; members: readonly string[] }): Promise<void> => {
  try {
    await client.createConversation(conversation)
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error
    await client.online()
    await made(client, conversation)
  }
}

export class SceneChat implements Chat {
  readonly #parts: SceneChatParts
  readonly #scene: Scene
  #closed = false

  constructor(parts: SceneChatParts) {
    this.#parts = parts
    this.#scene = parts.scene
  }

  get bot(): SceneBot {
    return this.botCalled(this.#parts.firstBot)
  }

  botCalled(id: string): SceneBot {
    return called(this.botCalled, () => this.#botCalled(id))
  }

  #botCalled(id: string): SceneBot {
    const bot = this.#scene.bots.get(id)
    if (bot) return bot
    throw misuse(new RangeError(`There is no bot "${id}" here, but ${this.#scene.botIds.join(', ')}`))
  }

  user(name: string): SceneUser {
    return called(this.user, () => this.#user(name))
  }

  #user(name: string): SceneUser {
    new Given('chat.user').is(name, isText, "a name, such as chat.user('ana')")
    if (this.#scene.bots.has(name)) throw misuse(new RangeError(`"${name}" is a bot here: a person needs another name`))
    const user = this.#scene.users.get(name) ?? checking(() => this.#parts.enter(name))
    this.#scene.users.set(name, user)
    return user
  }

  room(id: string, members: readonly string[]): Promise<void> {
    const site = callSite(this.room)
    return this.#scene.begin('chat.room', site, this.#open(id, members, site))
  }

  get isClosed(): boolean {
    return this.#closed
  }

  /** All of it, for who looks at how things stand. */
  get scene(): Scene {
    return this.#scene
  }

  /** Everybody who was mentioned, in this order. */
  get users(): readonly SceneUser[] {
    return [...this.#scene.users.values()]
  }

  advance(duration: Duration): Promise<void> {
    const site = callSite(this.advance)
    return this.#scene.begin('chat.advance', site, this.#advance(duration, site))
  }

  restartBot(id = this.#parts.firstBot, options: { instance?: number } = {}): Promise<void> {
    const site = callSite(this.restartBot)
    return this.#scene.begin('chat.restartBot', site, this.#restart(id, options, site))
  }

  restartServer(): Promise<void> {
    const site = callSite(this.restartServer)
    return this.#scene.begin('chat.restartServer', site, this.#restartServer(site))
  }

  toDeliverExactlyOnce(): Promise<void> {
    const site = callSite(this.toDeliverExactlyOnce)
    return this.#scene.begin('chat.toDeliverExactlyOnce', site, this.#check(notExactlyOnce, site))
  }

  toPreserveOrder(): Promise<void> {
    const site = callSite(this.toPreserveOrder)
    return this.#scene.begin('chat.toPreserveOrder', site, this.#check(outOfOrder, site))
  }

  /** All that was said, by the ids of conversations. @throws Error where nobody can read one */
  async journals(site: CallSite): Promise<ReadonlyMap<string, readonly Delivered[]>> {
    await this.#scene.rest(site)
    const journals = new Map<string, readonly Delivered[]>()
    for (const user of this.users)
      for (const id of user.allHeads.keys()) if (!journals.has(id)) journals.set(id, await this.#journal(id, site))
    return journals
  }

  async #journal(id: string, site: CallSite): Promise<readonly Delivered[]> {
    const readers = this.users.filter(({ allHeads }) => allHeads.has(id)).flatMap(({ devices }) => devices)
    const reader = readers.find(({ line }) => !line.mayBeHindered)
    if (!reader) throw new Error(`Nobody can read ${id}: have a connection recover, or somebody come back, before`)
    return this.#scene.wait(() => readJournal(reader.client, id), site)
  }

  /** Devices to which something may still come. */
  get #away(): ReadonlySet<string> {
    return new Set(this.#scene.devices.flatMap(({ name, line }) => (line.isHindered ? [name] : [])))
  }

  /** All that is wrong with what was delivered. @param journals as they are now */
  anomalies(journals: ReadonlyMap<string, readonly Delivered[]>): readonly Anomaly[] {
    const deliveries = this.#scene.record.with(journals, this.#away)
    return [...notExactlyOnce(deliveries), ...outOfOrder(deliveries)]
  }

  /** The failure of a check that somebody else makes, to be thrown. */
  failure(anomalies: readonly Anomaly[], site: CallSite): ConversationFailure {
    return this.#scene.failure(wrongDelivery(anomalies), site)
  }

  async #check(find: (deliveries: Deliveries) => readonly Anomaly[], site: CallSite): Promise<void> {
    const anomalies = find(this.#scene.record.with(await this.journals(site), this.#away))
    if (anomalies.length > 0) throw this.failure(anomalies, site)
  }

  async close(): Promise<void> {
    await this.#end(callSite(this.close))
  }

  async #open(id: string, members: readonly string[], site: CallSite): Promise<void> {
    const given = new Given('chat.room')
    const write = "chat.room('team', ['ana', 'ben', 'order-bot'])"
    given.is(id, isText, write)
    given.is(members, isList(isText), write)
    if (!isClientId(id)) throw misuse(new RangeError(`"${id}" cannot name a room: 1 to 128 of A-Z a-z 0-9 . _ @ - do.`))
    const people = members.filter((name) => !this.#scene.bots.has(name)).map((name) => this.user(name))
    const [first] = people
    if (!first)
      throw misuse(new RangeError(`The room "${id}" has no people in it: name one at least among its members`))
    await this.#scene.assembled(site)
    const head = Math.max(0, ...this.#scene.devices.map(({ heads }) => heads.get(id) ?? 0))
    await this.#scene.wait(() => made(first.client, { id, members }), site)
    this.#scene.rooms.set(id, members)
    for (const device of people.flatMap(({ devices }) => devices)) device.joins(id, head)
    await this.#scene.rest(site)
  }

  async #advance(duration: Duration, site: CallSite): Promise<void> {
    const ms = checking(() => toMs(duration))
    await this.#scene.pass(ms, site)
  }

  async #restart(id: string, options: { instance?: number }, site: CallSite): Promise<void> {
    new Given('chat.restartBot').is(options, isRecord, `chat.restartBot('${id}', { instance: 2 })`)
    const { instance = 1 } = options
    const bot = this.#botCalled(id)
    this.#scene.transcript.note(`${id} restarts`)
    await this.#scene.wait(() => bot.restart(instance), site)
    await this.#scene.rest(site)
  }

  async #restartServer(site: CallSite): Promise<void> {
    this.#scene.transcript.note('the server restarts')
    this.#parts.crashServer()
    await this.#scene.rest(site)
  }

  /** Called by no line of the test: a failure points to where the chat was made. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end(this.#parts.site)
  }

  async #end(site: CallSite): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    try {
      await this.#checkEnd(site)
    } finally {
      await this.#parts.shutDown()
      this.#scene.end()
    }
  }

  /** What has failed was told already. */
  async #checkEnd(site: CallSite): Promise<void> {
    const [forgotten] = this.#scene.forgotten
    const isTold = this.#scene.failed && !this.#scene.forgotten.some(({ hasFailedUnheard }) => hasFailedUnheard)
    if (isTold) return
    if (forgotten) throw this.#scene.failure(forgotAwait(forgotten), forgotten.site)
    await this.#scene.rest(site)
    const armed = this.#scene.lines.flatMap(({ name, armed: all }) => all.map((each) => ({ name, ...each })))
    if (armed.length > 0) throw this.#scene.failure(neverCame(armed), site)
    const deaf = this.users.filter(({ missed }) => missed.length > 0)
    if (deaf.length > 0) throw this.#scene.failure(leftUnheard(deaf), site)
  }
}
