import { type Clock, directConversation, directMembers } from '@daakia/protocol'
import type { Principal } from '../../identity.js'
import type { Store } from '../../persistence/port.js'
import { badTopic, notAMember } from './refusal.js'

const keptConversations = 100_000

/** Who is in a conversation: asked for every message, so it is remembered. */
export class Membership {
  readonly #known = new Map<string, Promise<readonly string[] | undefined>>()
  /** Those of them that are closed. */
  readonly #closed = new Set<string>()

  constructor(
    private readonly store: Pick<Store, 'conversation'>,
    private readonly clock: Clock,
  ) {}

  /**
   * The members of a conversation; `undefined` where there is none. Those who ask for the same conversation are
   * answered in the order in which they asked: their messages keep that order.
   */
  members(vendor: string, conversation: string): Promise<readonly string[] | undefined> {
    return this.#remembered(`${vendor}/${conversation}`, () => this.store.conversation(vendor, conversation))
  }

  /**
   * The members of a conversation to which somebody wants to speak; a direct one is made on first use. A vendor identity
   * speaks in all conversations of its vendor, as itself, and becomes a member of none by that. The members may have
   * changed when it speaks: the store looks again. @throws Refusal
   */
  async forSpeaker(speaker: Principal, conversation: string): Promise<readonly string[]> {
    const founders = directMembers(conversation)
    if (founders && !isAmong(founders, speaker)) throw notAMember()
    const members = await (founders
      ? this.#direct(speaker.vendor, founders)
      : this.members(speaker.vendor, conversation))
    if (!members || !isAmong(members, speaker)) throw notAMember()
    return members
  }

  /**
   * The members of a conversation in which somebody signals. What is kept nowhere makes no conversation: the members of
   * a direct one are known by its name. @throws Refusal
   */
  async forSignaller(signaller: Principal, conversation: string): Promise<readonly string[]> {
    const founders = directMembers(conversation)
    if (founders && founders[0] === founders[1]) throw toOneself()
    const members = await this.forListeners(signaller.vendor, conversation)
    if (members.length === 0 || !isAmong(members, signaller)) throw notAMember()
    if (this.#closed.has(`${signaller.vendor}/${conversation}`))
      throw badTopic('The conversation is closed: nothing is said in it any more')
    return members
  }

  /** Those who hear what is said in a conversation and kept nowhere; none where there is no such conversation. */
  async forListeners(vendor: string, conversation: string): Promise<readonly string[]> {
    return directMembers(conversation) ?? (await this.members(vendor, conversation)) ?? []
  }

  #direct(vendor: string, [one, other]: readonly [string, string]) {
    if (one === other) throw toOneself()
    const conversation = directConversation(one, other)
    const founders = { members: [one, other], at: this.clock.now() }
    const found = () => this.store.conversation(vendor, conversation, founders)
    return this.#remembered(`direct/${vendor}/${conversation}`, found)
  }

  #remembered(key: string, ask: () => ReturnType<Store['conversation']>) {
    const known = this.#known.get(key)
    if (known) return known
    const asked = ask().then((found) => {
      if (found?.closedAt !== undefined) this.#closed.add(key)
      return found?.members
    })
    this.#remember(key, asked)
    return asked
  }

  /** Who is in it has changed: who asks from now on is told the new ones. */
  changed(vendor: string, conversation: string): void {
    this.#known.delete(`${vendor}/${conversation}`)
  }

  #forget(key: string): void {
    this.#known.delete(key)
    this.#closed.delete(key)
  }

  /** What does not exist may come into being, so only what exists is kept. */
  #remember(key: string, asked: Promise<readonly string[] | undefined>): void {
    this.#known.set(key, asked)
    const forget = () => this.#known.get(key) === asked && this.#known.delete(key)
    asked.then((members) => members ?? forget(), forget)
    if (this.#known.size <= keptConversations) return
    const [oldest] = this.#known.keys()
    if (oldest !== undefined) this.#forget(oldest)
  }
}

const toOneself = () => badTopic('A direct conversation has two members: you cannot write to yourself')

const isAmong = (members: readonly string[], { client, role }: Principal): boolean =>
  role === 'vendor' || members.includes(client)
