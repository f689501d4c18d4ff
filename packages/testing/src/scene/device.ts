import type { Client, Message, Saying } from '@daakia/client-sdk'
import { type BotState, directConversation } from '@daakia/protocol'
import type { Device, SpeakOptions } from '../chat.js'
import { type CallSite, callSite } from '../failure/call-site.js'
import { checking, misuse } from '../failure/misuse.js'
import type { FaultyLine } from '../faults/lines/faulty-line.js'
import { Given, isPattern, isRecord, isText } from '../given.js'
import { type Duration, toMs } from '../time/duration.js'
import type { FormValues } from './acts/filling.js'
import { SceneConnection } from './connection.js'
import { Ears } from './ears.js'
import { Hands } from './hands.js'
import type { Hearing } from './hearing.js'
import { opens } from './opening.js'
import { describedConnection } from './report/connection.js'
import type { Participant } from './rest.js'
import type { Scene } from './scene.js'

/** What a device knows of one conversation. */
interface Known {
  /** `seq` of the newest message. */
  head: number
}

/** What is said, and what the person does to say it, where that is no speech. */
interface Spoken {
  saying: Saying
  deed?: string
}

export interface DeviceParts {
  client: Client
  line: FaultyLine
  /** As failures name it. */
  name: string
  /** Among the person's; `undefined` of the first one. */
  deviceName: string | undefined
  /** As a test calls it. */
  call: string
  scene: Scene
  firstBot: string
  /** What the person has heard on any device. */
  hearing: Hearing
  /** Of each conversation that another device of the person knows: what was the newest before this one came. */
  heads: ReadonlyMap<string, number>
}

const isExpected = (given: unknown): boolean => isText(given) || isPattern(given)

const isChoice = (given: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof given)

const isSaying = (given: unknown): boolean =>
  isText(given) ||
  (isRecord(given) && isText(given.type) && (given.body !== undefined || ArrayBuffer.isView(given.payload)))

const checkSaying = (given: Given, saying: Saying, options: SpeakOptions): void => {
  given.is(saying, isSaying, "a text, or { type: 'location', body: { latitude: 48.2, longitude: 16.37 } }")
  given.is(options, isRecord, "{ to: 'order-bot' }, or { room: 'team' }")
}

export class SceneDevice implements Device, Participant {
  readonly client: Client
  readonly name: string
  readonly deviceName: string | undefined
  readonly line: FaultyLine
  readonly connection: SceneConnection
  readonly #call: string
  readonly #scene: Scene
  readonly #firstBot: string
  readonly #hearing: Hearing
  readonly #ears: Ears
  readonly #hands: Hands
  readonly #conversations = new Map<string, Known>()
  #spokeIn: string | undefined

  constructor({ client, line, name, deviceName, call, scene, firstBot, hearing, heads }: DeviceParts) {
    this.client = client
    this.line = line
    this.connection = new SceneConnection(line, call, scene)
    this.name = name
    this.deviceName = deviceName
    this.#call = call
    this.#scene = scene
    this.#firstBot = firstBot
    this.#hearing = hearing
    this.#ears = new Ears({ name, call, person: client.id, hearing, line }, scene)
    this.#hands = new Hands({ client, name, speak: (...said) => this.#speak(...said) }, scene)
    scene.record.listens(name, client.id, heads)
    client.onMessage((message) => this.#receive(message))
  }

  /** The id of whose device it is. */
  get person(): string {
    return this.client.id
  }

  get link(): string {
    return describedConnection(this.client.status, this.#scene.wrongWith(this.line))
  }

  get heard(): readonly Message[] {
    return this.#ears.heard
  }

  get unheard(): readonly Message[] {
    return this.#ears.unheard
  }

  /** All that was not heard yet. From now on it was. */
  takeUnheard(expected: readonly (string | RegExp)[] = []): readonly Message[] {
    return this.#ears.takeAll(expected)
  }

  /** What can be done with what is shown. */
  get hands(): Pick<Hands, 'offers' | 'form' | 'isFormNewer'> {
    return this.#hands
  }

  /** The room in which the person spoke last; `undefined` where that was in none. */
  get spokeInRoom(): string | undefined {
    return this.#spokeIn !== undefined && this.#scene.rooms.has(this.#spokeIn) ? this.#spokeIn : undefined
  }

  /** Of each conversation that it knows of, `seq` of the newest message. */
  get heads(): ReadonlyMap<string, number> {
    return new Map([...this.#conversations].map(([conversation, { head }]) => [conversation, head]))
  }

  /** Is in a room from now on. @param head `seq` of what was the newest there before */
  joins(room: string, head: number): void {
    this.#known(room)
    this.#scene.record.knows(this.name, room, head)
  }

  /** Has the conversation with the first bot begin with this, before all that the test says. */
  opens(saying: Saying): void {
    this.#known(directConversation(this.person, this.#firstBot))
    // What is wrong with it keeps the test waiting, and is told then.
    this.client
      .to(this.#firstBot)
      .send(saying)
      .catch(() => {})
  }

  says(saying: Saying, options: SpeakOptions = {}): Promise<void> {
    return this.#act('says', callSite(this.says), async (site, given) => {
      checkSaying(given, saying, options)
      await this.#send(saying, options, site)
      await this.#scene.rest(site)
    })
  }

  sends(saying: Saying, options: SpeakOptions = {}): Promise<void> {
    return this.#act('sends', callSite(this.sends), async (site, given) => {
      checkSaying(given, saying, options)
      await this.#send(saying, options, site)
    })
  }

  presses(choice: string | number | boolean): Promise<void> {
    return this.#act('presses', callSite(this.presses), async (site, given) => {
      given.is(choice, isChoice, "a label, such as 'large'")
      await this.#hands.press(choice, site)
    })
  }

  fills(values: FormValues): Promise<void> {
    return this.#act('fills', callSite(this.fills), async (site, given) => {
      given.is(values, isRecord, "the fields by their names, such as { name: 'Ana', guests: 4 }")
      await this.#hands.fill(values, site)
    })
  }

  toHear(expected: string | RegExp, options: { from?: string } = {}): Promise<Message> {
    return this.#act('toHear', callSite(this.toHear), async (site, given) => {
      given.is(expected, isExpected, "a text or a pattern, such as 'Which size?' or /^Which/")
      given.is(options, isRecord, "{ from: 'order-bot' }")
      return this.#ears.hear(expected, options, site)
    })
  }

  toHearInAnyOrder(...expected: readonly (string | RegExp)[]): Promise<readonly Message[]> {
    const site = callSite(this.toHearInAnyOrder)
    return this.#act('toHearInAnyOrder', site, async (_, given) => {
      const write = "texts or patterns, one after the other, such as 'Your pizza is ready.', /^Your taxi/"
      given.is(
        expected.length === 0 ? undefined : (expected.find((each) => !isExpected(each)) ?? ''),
        isExpected,
        write,
      )
      return this.#ears.hearInAnyOrder(expected, site)
    })
  }

  toHearNothing(options: { for?: Duration } = {}): Promise<void> {
    return this.#act('toHearNothing', callSite(this.toHearNothing), async (site, given) => {
      given.is(options, isRecord, "{ for: '2d' }")
      const ms = checking(() => toMs(options.for ?? 0))
      await this.#ears.hearNothing(ms, site)
    })
  }

  #act<T>(verb: string, site: CallSite, work: (site: CallSite, given: Given) => Promise<T>): Promise<T> {
    const call = `${this.#call}.${verb}`
    return this.#scene.begin(call, site, work(site, new Given(call)))
  }

  goesOffline(): Promise<void> {
    return this.connection.goesOffline(callSite(this.goesOffline))
  }

  comesBack(): Promise<void> {
    return this.connection.comesBack(callSite(this.comesBack))
  }

  ignoresTheRest(): void {
    this.#hearing.ignoreTheRest()
  }

  busyWith(): string | undefined {
    if (this.line.isHindered) return undefined
    const { state } = this.client.status
    if (state === 'connecting') return `${this.name} is connecting`
    if (state === 'offline') return `${this.name} has lost the connection`
    for (const [conversation, { head }] of this.#conversations) {
      const missing = this.#scene.botIds.find((bot) => (this.state(conversation, bot)?.head ?? 0) > head)
      if (missing) return `${this.name} has not heard all that ${missing} said in ${conversation}`
    }
    return undefined
  }

  state(conversation: string, bot: string): BotState | undefined {
    return this.client.conversation(conversation).state(bot)
  }

  async #send(saying: Saying, { to = this.#firstBot, room }: SpeakOptions, site: CallSite): Promise<void> {
    if (room === undefined) this.#scene.checkThere(to)
    else this.#scene.checkRoom(room)
    await this.#scene.assembled(site)
    const { id } = room === undefined ? this.client.to(to) : this.client.conversation(room)
    await this.#speak(id, { saying }, site)
  }

  async #speak(conversation: string, { saying, deed }: Spoken, site: CallSite): Promise<void> {
    const speaking = { person: this.person, device: this.name, conversation, deed }
    const sent = this.client.conversation(conversation).send(saying)
    // Of what is no message of its type.
    sent.catch((error) => error instanceof TypeError && misuse(error))
    const sending = this.#scene.record.sending(speaking, sent).then((message) => this.#ears.forget(message))
    // Where nobody waits for it any more, it goes on by itself.
    sending.catch(() => {})
    if (this.line.mayBeHindered) await Promise.race([sending, this.#scene.rest(site)])
    if (!this.line.isHindered) await this.#scene.wait(() => sending, site)
  }

  #receive(message: Message): void {
    this.#scene.record.heard(this.name, message)
    const isBot = this.#scene.botIds.includes(message.from)
    this.#known(message.conversation).head = message.seq
    if (message.type === 'event' || opens(message)) return
    this.#scene.transcript.add(message, isBot ? 'bot' : 'user')
    this.#hands.receive(message)
    this.#ears.receive(message)
    if (message.from === this.person) this.#spokeIn = message.conversation
  }

  #known(conversation: string): Known {
    const known = this.#conversations.get(conversation) ?? { head: 0 }
    if (known.head === 0) this.client.conversation(conversation).onState(() => {})
    this.#conversations.set(conversation, known)
    return known
  }
}
