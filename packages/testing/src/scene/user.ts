import type { Client, Message, Saying } from '@daakia/client-sdk'
import { type BotState, directConversation } from '@daakia/protocol'
import type { User } from '../chat.js'
import { cannotFill, cannotPress, noForm, nothingToPress, opensPage } from '../failure/acting.js'
import { type CallSite, callSite } from '../failure/call-site.js'
import { brokeSilence, heardFromOther, heardNothing, heardOther, heardOthers } from '../failure/problems.js'
import { type Duration, toMs } from '../time/duration.js'
import { type FormValues, faultsOf, filled, formOf } from './acts/filling.js'
import { paired } from './acts/in-any-order.js'
import { pressableCalled, pressablesOf } from './acts/pressing.js'
import { fits } from './fits.js'
import { opens } from './opening.js'
import type { Participant } from './rest.js'
import type { Scene } from './scene.js'

/** What a person knows of one conversation. */
interface Known {
  /** `seq` of the newest message. */
  head: number
}

export class SceneUser implements User, Participant {
  readonly client: Client
  readonly #scene: Scene
  readonly #firstBot: string
  readonly #unheard: Message[] = []
  readonly #conversations = new Map<string, Known>()
  /** What others said in each conversation since this person spoke there, in the order in which it came. */
  #unanswered: Message[] = []
  #ignoresTheRest = false

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

  /** What fails the test where it ends now. */
  get missed(): readonly Message[] {
    return this.#ignoresTheRest ? [] : this.#unheard
  }

  /** Has the conversation with the first bot begin with this, before all that the test says. */
  opens(saying: Saying): void {
    this.#known(directConversation(this.name, this.#firstBot))
    // What is wrong with it keeps the test waiting, and is told then.
    this.client
      .to(this.#firstBot)
      .send(saying)
      .catch(() => {})
  }

  async says(saying: Saying, options: { to?: string } = {}): Promise<void> {
    const site = callSite(this.says)
    await this.#send(saying, options, site)
    await this.#scene.rest(site)
  }

  async sends(saying: Saying, options: { to?: string } = {}): Promise<void> {
    await this.#send(saying, options, callSite(this.sends))
  }

  async presses(choice: string | number | boolean): Promise<void> {
    const site = callSite(this.presses)
    await this.#scene.rest(site)
    const offer = this.#newest((message) => pressablesOf(message).length > 0)
    if (!offer) throw this.#scene.failure(nothingToPress(this.name, choice), site)
    const pressable = pressableCalled(pressablesOf(offer), choice)
    if (!pressable) throw this.#scene.failure(cannotPress(this.name, choice, offer), site)
    if (!pressable.saying) throw this.#scene.failure(opensPage(this.name, pressable), site)
    await this.#answer(offer, pressable.saying, site)
  }

  async fills(values: FormValues): Promise<void> {
    const site = callSite(this.fills)
    await this.#scene.rest(site)
    const asked = this.#newest((message) => formOf(message) !== undefined)
    const form = asked && formOf(asked)
    if (!form) throw this.#scene.failure(noForm(this.name), site)
    const faults = faultsOf(form, values)
    if (faults.length > 0) throw this.#scene.failure(cannotFill(this.name, form, faults), site)
    await this.#answer(asked, filled(form, asked.seq, values), site)
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

  async toHearInAnyOrder(...expected: readonly (string | RegExp)[]): Promise<readonly Message[]> {
    const site = callSite(this.toHearInAnyOrder)
    await this.#scene.rest(site)
    const next = this.#unheard.slice(0, expected.length)
    const heard = paired(expected, next)
    if (heard.includes(undefined)) {
      const missing = expected.filter((_, index) => !heard[index])
      const others = next.filter((message) => !heard.includes(message))
      throw this.#scene.failure(heardOthers(this.name, missing, others), site)
    }
    this.#unheard.splice(0, expected.length)
    return heard as Message[]
  }

  ignoresTheRest(): void {
    this.#ignoresTheRest = true
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

  async #send(saying: Saying, { to = this.#firstBot }: { to?: string }, site: CallSite): Promise<void> {
    await this.#scene.assembled(site)
    await this.#scene.wait(() => this.client.to(to).send(saying), site)
  }

  /** Answers what was said to this person, where it was said. */
  async #answer({ conversation }: Message, saying: Saying, site: CallSite): Promise<void> {
    await this.#scene.wait(() => this.client.conversation(conversation).send(saying), site)
    await this.#scene.rest(site)
  }

  /** Of what this person has not answered, the newest message of this kind. */
  #newest(isOfKind: (message: Message) => boolean): Message | undefined {
    return this.#unanswered.findLast(isOfKind)
  }

  #receive(message: Message): void {
    const isBot = this.#scene.botIds.includes(message.from)
    const known = this.#known(message.conversation)
    known.head = message.seq
    if (message.type === 'event' || opens(message)) return
    this.#scene.transcript.add(message, isBot ? 'bot' : 'user')
    if (message.from === this.name) this.#answered(message.conversation)
    else for (const list of [this.#unheard, this.#unanswered]) list.push(message)
  }

  #answered(conversation: string): void {
    this.#unanswered = this.#unanswered.filter((message) => message.conversation !== conversation)
  }

  #known(conversation: string): Known {
    const known = this.#conversations.get(conversation) ?? { head: 0 }
    if (known.head === 0) this.client.conversation(conversation).onState(() => {})
    this.#conversations.set(conversation, known)
    return known
  }
}
