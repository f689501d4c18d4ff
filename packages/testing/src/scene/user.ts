import type { Client, Message, Saying } from '@daakia/client-sdk'
import type { BotState } from '@daakia/protocol'
import type { User } from '../chat.js'
import { type CallSite, callSite } from '../failure/call-site.js'
import { brokeSilence, heardFromOther, heardNothing, heardOther } from '../failure/problems.js'
import { type Duration, toMs } from '../time/duration.js'
import { fits } from './fits.js'
import type { Participant } from './rest.js'
import type { Scene } from './scene.js'

/** What a person knows of one conversation. */
interface Known {
  /** The newest message that is not the bot's own. */
  said?: Message
  /** `seq` of the newest message. */
  head: number
}

export class SceneUser implements User, Participant {
  readonly client: Client
  readonly #scene: Scene
  readonly #firstBot: string
  readonly #unheard: Message[] = []
  readonly #conversations = new Map<string, Known>()

  constructor(client: Client, scene: Scene, firstBot: string) {
    this.client = client
    this.#scene = scene
    this.#firstBot = firstBot
    client.onMessage((message) => this.#receive(message))
  }

  get name(): string {
    return this.client.id
  }

  get unheard(): readonly Message[] {
    return this.#unheard
  }

  async says(saying: Saying, options: { to?: string } = {}): Promise<void> {
    const site = callSite(this.says)
    await this.#send(saying, options, site)
    await this.#scene.rest(site)
  }

  async sends(saying: Saying, options: { to?: string } = {}): Promise<void> {
    await this.#send(saying, options, callSite(this.sends))
  }

  async toHear(expected: string | RegExp, { from }: { from?: string } = {}): Promise<Message> {
    const site = callSite(this.toHear)
    await this.#scene.rest(site)
    const message = this.#unheard[0]
    if (!message) throw this.#scene.failure(heardNothing(this.name, expected, this.#scene.nextDue), site)
    if (!fits(message, expected)) throw this.#scene.failure(heardOther(this.name, expected, message), site)
    if (from !== undefined && from !== message.from)
      throw this.#scene.failure(heardFromOther(this.name, from, message), site)
    this.#unheard.shift()
    return message
  }

  /** All that was not heard yet. From now on it was. */
  takeUnheard(): Message[] {
    return this.#unheard.splice(0)
  }

  async toHearNothing({ for: duration = 0 }: { for?: Duration } = {}): Promise<void> {
    const site = callSite(this.toHearNothing)
    const ms = toMs(duration)
    await this.#scene.pass(ms, site, { until: () => this.#unheard.length > 0 })
    const [message] = this.#unheard
    if (!message) return
    const at = this.#scene.elapsedAt(message.at)
    throw this.#scene.failure(brokeSilence(this.name, ms, message, at), site)
  }

  busyWith(): string | undefined {
    if (this.client.status.state === 'connecting') return `${this.name} is connecting`
    for (const [conversation, { head }] of this.#conversations) {
      const missing = this.#scene.botIds.find((bot) => (this.state(conversation, bot)?.head ?? 0) > head)
      if (missing) return `${this.name} has not heard all that ${missing} said in ${conversation}`
    }
    return undefined
  }

  knows(conversation: string): boolean {
    return this.#conversations.has(conversation)
  }

  state(conversation: string, bot: string): BotState | undefined {
    return this.client.conversation(conversation).state(bot)
  }

  /** The newest message of a conversation that `bot` has not handled, as its public state says. */
  unhandled(conversation: string, bot: string): Message | undefined {
    const said = this.#conversations.get(conversation)?.said
    return said && said.seq > (this.state(conversation, bot)?.processed ?? 0) ? said : undefined
  }

  async #send(saying: Saying, { to = this.#firstBot }: { to?: string }, site: CallSite): Promise<void> {
    await this.#scene.assembled(site)
    await this.#scene.wait(() => this.client.to(to).send(saying), site)
  }

  #receive(message: Message): void {
    const isBot = this.#scene.botIds.includes(message.from)
    const known = this.#known(message.conversation)
    known.head = message.seq
    if (!isBot) known.said = message
    if (message.type === 'event') return
    this.#scene.transcript.add(message, isBot ? 'bot' : 'user')
    if (message.from !== this.name) this.#unheard.push(message)
  }

  #known(conversation: string): Known {
    const known = this.#conversations.get(conversation) ?? { head: 0 }
    if (known.head === 0) this.client.conversation(conversation).onState(() => {})
    this.#conversations.set(conversation, known)
    return known
  }
}
