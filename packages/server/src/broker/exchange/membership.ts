import { type Clock, directMembers } from '@daakia/protocol'
import type { Principal } from '../../identity.js'
import type { Store } from '../../persistence/port.js'
import { badTopic, notAMember } from './refusal.js'

const keptConversations = 100_000

type Members = readonly string[] | undefined

/** What is known of a conversation. */
interface Known {
  readonly asked: Promise<Members>
  /** Set when everybody who waits for `asked` has gone on: who is answered at once overtakes nobody. */
  members?: readonly string[]
}

/** Who is in a conversation: asked for every message, so it is remembered. */
export class Membership {
  readonly #known = new Map<string, Known>()
  /** The newest question about each that has no answer yet. Who asks anew meanwhile is answered after it. */
  readonly #open = new Map<string, Promise<void>>()
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
  members(vendor: string, conversation: string): Promise<Members> {
    return this.#kept(vendor, conversation).asked
  }

  /**
   * The members of a conversation to which somebody wants to speak; a direct one is made on first use. A vendor identity
   * speaks in all conversations of its vendor, as itself, and becomes a member of none by that. The members may have
   * changed when it speaks: the store looks again. Answers at once where they are known. @throws Refusal
   */
  forSpeaker(speaker: Principal, conversation: string): readonly string[] | Promise<readonly string[]> {
    const { vendor } = speaker
    const founders = directMembers(conversation)
    if (founders && !isAmong(founders, speaker)) throw notAMember()
    const known = founders ? this.#direct(vendor, conversation, founders) : this.#kept(vendor, conversation)
    const admit = (members: Members) => {
      if (!members || !isAmong(members, speaker)) throw notAMember()
      return members
    }
    return known.members ? admit(known.members) : known.asked.then(admit)
  }

  /**
   * The members of a conversation in which somebody signals. What is kept nowhere makes no conversation: the members of
   * a direct one are known by its name. @throws Refusal
   */
  async forSignaller(signaller: Principal, conversation: string): Promise<readonly string[]> {
    const founders = directMembers(conversation)
    if (founders && founders[0] === founders[1]) throw toOneself()
    const members = await this.forListeners(signaller.vendor, conversation)
    if (members.length === 0) throw notAMember()
    if (!isAmong(members, signaller) && !(await this.#isHandedTo(signaller, conversation))) throw notAMember()
    if (this.#closed.has(`${signaller.vendor}/${conversation}`))
      throw badTopic('The conversation is closed: nothing is said in it any more')
    return members
  }

  /** Those who hear what is said in a conversation and kept nowhere; none where there is no such conversation. */
  async forListeners(vendor: string, conversation: string): Promise<readonly string[]> {
    return directMembers(conversation) ?? (await this.members(vendor, conversation)) ?? []
  }

  /** Asked by bots alone, and seldom: it is not remembered. */
  async #isHandedTo({ vendor, client }: Principal, conversation: string): Promise<boolean> {
    const { handoffs = [] } = (await this.store.conversation(vendor, conversation)) ?? {}
    return handoffs.some(({ to, takenBack }) => to === client && takenBack === undefined)
  }

  #kept(vendor: string, conversation: string): Known {
    const key = `${vendor}/${conversation}`
    return this.#known.get(key) ?? this.#remember(key, this.store.conversation(vendor, conversation))
  }

  #direct(vendor: string, conversation: string, members: readonly [string, string]): Known {
    if (members[0] === members[1]) throw toOneself()
    const key = `direct/${vendor}/${conversation}`
    const known = this.#known.get(key)
    if (known) return known
    return this.#remember(key, this.store.conversation(vendor, conversation, { members, at: this.clock.now() }))
  }

  /** Who is in it has changed: who asks from now on is told the new ones. */
  changed(vendor: string, conversation: string): void {
    this.#known.delete(`${vendor}/${conversation}`)
  }

  /** Changes may have been missed: all of it is read anew where it is asked for. */
  missed(): void {
    this.#known.clear()
    this.#closed.clear()
  }

  #forget(key: string): void {
    this.#known.delete(key)
    this.#closed.delete(key)
  }

  /** What does not exist may come into being, so only what exists is kept. */
  #remember(key: string, found: ReturnType<Store['conversation']>): Known {
    const known: Known = {
      asked: this.#inTurn(key, found).then((conversation) => {
        if (conversation?.closedAt !== undefined) this.#closed.add(key)
        return conversation?.members
      }),
    }
    const forget = () => this.#known.get(key) === known && this.#known.delete(key)
    const keep = (members: Members) => {
      if (members) setImmediate(() => Object.assign(known, { members }))
      else forget()
    }
    known.asked.then(keep, forget)
    this.#known.set(key, known)
    this.#forgetOldest()
    return known
  }

  async #inTurn<T>(key: string, found: Promise<T>): Promise<T> {
    const before = this.#open.get(key)
    const turn = Promise.allSettled([before, found]).then(() => {
      if (this.#open.get(key) === turn) this.#open.delete(key)
    })
    this.#open.set(key, turn)
    await turn
    return found
  }

  #forgetOldest(): void {
    if (this.#known.size <= keptConversations) return
    const [oldest] = this.#known.keys()
    if (oldest !== undefined) this.#forget(oldest)
  }
}

const toOneself = () => badTopic('A direct conversation has two members: you cannot write to yourself')

const isAmong = (members: readonly string[], { client, role }: Principal): boolean =>
  role === 'vendor' || members.includes(client)
