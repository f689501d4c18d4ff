import type { Client, Message, Saying } from '@daakia/client-sdk'
import type { Body } from '@daakia/protocol'
import { verbs } from '../chat-files/verbs.js'
import { cannotFill, cannotPress, noForm, nothingToPress, opensPage } from '../failure/acting.js'
import type { CallSite } from '../failure/call-site.js'
import { type FormValues, faultsOf, filled, formOf } from './acts/filling.js'
import { type Pressable, pressableCalled, pressablesOf } from './acts/pressing.js'
import type { Scene } from './scene.js'

/** Something that is said by doing this, in the words of a chat file: `presses "Pay"`. */
interface Doing {
  deed: string
  saying: Saying
}

/** Says something in a conversation, and resolves when that is done. */
export type Speak = (conversation: string, doing: Doing, site: CallSite) => Promise<void>

/** How a person answers what is shown to them on a device. */
export class Hands {
  readonly #client: Client
  readonly #name: string
  readonly #scene: Scene
  readonly #speak: Speak
  /** What others said in each conversation since this person spoke there, in the order in which it came. */
  #unanswered: Message[] = []
  /** All that ever could be pressed. */
  readonly #offers: Message[] = []

  constructor({ client, name, speak }: { client: Client; name: string; speak: Speak }, scene: Scene) {
    this.#client = client
    this.#name = name
    this.#speak = speak
    this.#scene = scene
  }

  /** Takes what is said, by whomever. */
  receive(message: Message): void {
    if (pressablesOf(message).length > 0) this.#offers.push(message)
    if (message.from !== this.#client.id) this.#unanswered.push(message)
    else this.#unanswered = this.#unanswered.filter(({ conversation }) => conversation !== message.conversation)
  }

  async press(choice: string | number | boolean, site: CallSite): Promise<void> {
    const name = this.#name
    await this.#scene.rest(site)
    const offer = this.#offer
    if (!offer) throw this.#scene.failure(nothingToPress(this.#presser, choice, this.#oldOffer(choice)), site)
    const pressable = pressableCalled(pressablesOf(offer), choice)
    if (!pressable) throw this.#scene.failure(cannotPress(name, choice, offer), site)
    if (!pressable.saying) throw this.#scene.failure(opensPage(name, pressable), site)
    const deed = `presses ${verbs.presses.write({ choice: pressable.label })}`
    await this.#answer(offer, { deed, saying: pressable.saying }, site)
  }

  get #presser(): Parameters<typeof nothingToPress>[0] {
    const { id: person } = this.#client
    return { name: this.#name, person, isSilent: this.#scene.isSilentFor(person) }
  }

  /** What can be pressed now, and tells somebody so. */
  get offers(): readonly Pressable[] {
    const offer = this.#offer
    return offer ? pressablesOf(offer).filter(({ saying }) => saying !== undefined) : []
  }

  /** The form that can be filled in now. */
  get form(): Body<'form'> | undefined {
    return this.#asked && formOf(this.#asked)
  }

  /** It was shown after what can be pressed. */
  get isFormNewer(): boolean {
    const [offer, asked] = [this.#offer, this.#asked].map((message) =>
      message ? this.#unanswered.indexOf(message) : -1,
    )
    return (asked ?? -1) > (offer ?? -1)
  }

  get #offer(): Message | undefined {
    return this.#unanswered.findLast((message) => pressablesOf(message).length > 0)
  }

  get #asked(): Message | undefined {
    return this.#unanswered.findLast((message) => formOf(message) !== undefined)
  }

  /** What could be pressed before this person spoke. */
  #oldOffer(choice: string | number | boolean): Message | undefined {
    return this.#offers.findLast((message) => pressableCalled(pressablesOf(message), choice))
  }

  async fill(values: FormValues, site: CallSite): Promise<void> {
    const name = this.#name
    await this.#scene.rest(site)
    const asked = this.#asked
    const form = asked && formOf(asked)
    if (!form || !asked) throw this.#scene.failure(noForm(name), site)
    const faults = faultsOf(form, values)
    if (faults.length > 0) throw this.#scene.failure(cannotFill(name, form, faults), site)
    const deed = `fills ${verbs.fills.write({ values })}`.trimEnd()
    await this.#answer(asked, { deed, saying: filled(form, asked.seq, values) }, site)
  }

  async #answer({ conversation }: Message, doing: Doing, site: CallSite): Promise<void> {
    await this.#speak(conversation, doing, site)
    await this.#scene.rest(site)
  }
}
