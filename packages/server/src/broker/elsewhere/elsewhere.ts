import type { Alarm, Clock } from '@daakia/protocol'
import type { SessionName } from '../../identity.js'
import type { Excess } from '../../limits/port.js'
import type { Letters, Peers } from '../../peers/port.js'
import { SureLetters } from '../../peers/sure-letters.js'
import type { Subscription } from '../../state/sessions/port.js'
import { isExchangeFilter } from '../exchange-filter.js'
import { FanOut } from '../fan-out.js'
import type { Router } from '../router.js'
import type { Session } from '../session/session.js'
import type { Terms } from '../subscriber.js'
import type { ConnectedNote, MessageLetter, PartedNote, SessionLetter } from './letters.js'
import { termsOf } from './letters.js'
import { Mail } from './mail.js'
import type { RemoteSession, WayToNode } from './remote-session.js'
import { RemoteSessions } from './remote-sessions.js'

/** What this node has, as far as others are concerned. */
export interface Here {
  router(vendor: string): Router
  /** Sessions that have a connection to this node. */
  connected(): Iterable<Session>
  /** The fence by which this node knows a session, connected or not. */
  fenceOf(name: SessionName): number | undefined
  /** Another node has it by now: this one lets go of what it has. */
  wentElsewhere(name: SessionName): void
  /** Another node says that it has no connection. */
  partedElsewhere(note: PartedNote): void
  endedElsewhere(name: SessionName): void
  /** A message of a shared subscription did not reach the node of its member. */
  giveToAnother(message: FanOut['message'], share: string): Promise<void>
  /** Others took this node for dead, and may have parted its sessions; what they said meanwhile was lost. */
  wasGivenUp(): void
  /** A node is gone, and with it the connections that it had. */
  lost(node: string): void
}

export interface ElsewhereOptions {
  peers: Peers
  clock: Clock
}

/** A node that does not answer is dead after as long; a subscription is granted then, whoever has not heard of it. */
const longestWaitMs = 5_000

interface Ways {
  sure: Mail
  /** For QoS 0, of which no answer is waited for. */
  loose: Mail
}

/** The sessions of other nodes, and what those hear of the sessions of this one. Costs nothing where there are no others. */
export class Elsewhere implements WayToNode {
  readonly #peers: Peers
  readonly #clock: Clock
  readonly #remotes = new RemoteSessions(this, (vendor) => this.#here?.router(vendor))
  readonly #ways = new Map<string, Ways>()
  readonly #numbers = new Map<Session, number>()
  readonly #numbered = new Map<number, Session>()
  #last = 0
  #here: Here | undefined
  #letters: SureLetters<SessionLetter> | undefined
  #loose: Letters<MessageLetter> | undefined
  #stopWatching = () => {}
  #leaving: Alarm | undefined

  constructor({ peers, clock }: ElsewhereOptions) {
    this.#peers = peers
    this.#clock = clock
  }

  /** Resolves when the other nodes have said what they have. */
  async start(here: Here): Promise<void> {
    this.#here = here
    this.#letters = new SureLetters<SessionLetter>({
      ...{ peers: this.#peers, clock: this.#clock, kind: 'sessions' },
      listener: {
        hear: (letter, from) => this.#hear(letter, from),
        introduction: () => this.#introduction(),
        forget: (node) => this.#forget(node),
        wasGivenUp: () => here.wasGivenUp(),
      },
    })
    this.#loose = this.#peers.open<MessageLetter>('messages', {
      hear: (letter) => this.#take(letter),
      missed: () => {},
    })
    this.#stopWatching = this.#peers.onChange(({ left }) => {
      for (const node of left) here.lost(node)
    })
    await this.#inTime(this.#letters.introduced())
  }

  /** This node is about to leave: it waits for others no longer than they take to be heard of. */
  leave(): void {
    this.#leaving = this.#clock.after(longestWaitMs, () => this.#letters?.stopWaiting(), 'upkeep')
  }

  stop(): void {
    this.#leaving?.cancel()
    this.#stopWatching()
    this.#letters?.close()
    this.#loose?.close()
  }

  /** A connection has begun: others are to know whose it is. */
  began(session: Session): void {
    this.#remotes.remove(session.name)
    if (this.isAlone || !session.persistent) return
    this.#tell({ kind: 'connected', ...this.#noteOf(session) })
    // What others put into its queue before they knew is found now.
    void this.#letters?.heard().then(() => session.wake())
  }

  subscribed(session: Session, subscription: Subscription): void {
    if (this.isAlone || isExchangeFilter(subscription.filter)) return
    const number = this.#numbers.get(session)
    if (number === undefined) this.#tell({ kind: 'connected', ...this.#noteOf(session) })
    else this.#tell({ kind: 'subscribed', number, subscription })
  }

  unsubscribed(session: Session, filter: string): void {
    const number = this.#numbers.get(session)
    if (number !== undefined && !isExchangeFilter(filter)) this.#tell({ kind: 'unsubscribed', number, filter })
  }

  /** Resolves when the others know what was told them before; `undefined` where there are none. */
  announced(): Promise<void> | undefined {
    return this.isAlone ? undefined : this.#inTime((this.#letters as SureLetters<SessionLetter>).heard())
  }

  /** The session has no connection, and is kept; said again where anything of it has changed. */
  parted(session: Session, disconnectedAt: number, willDue: number | undefined): void {
    this.#unnumber(session)
    if (this.isAlone) return
    const { name, expiryInterval, fence } = session
    const subscriptions = [...session.subscribers.values()].map(({ subscription }) => subscription)
    const note = { name, expiryInterval, fence, subscriptions, disconnectedAt }
    this.#tell({ kind: 'parted', ...note, ...(willDue !== undefined && { willDue }) })
  }

  ended(session: Session): void {
    const wasKnown = this.#unnumber(session)
    if (wasKnown || session.persistent) this.#tell({ kind: 'ended', name: session.name, fence: session.fence })
  }

  fenceOf(name: SessionName): number | undefined {
    return this.#remotes.fenceOf(name)
  }

  /** What was known of a session elsewhere is not true any more. */
  forgetOne(name: SessionName): void {
    this.#remotes.remove(name)
  }

  deliver(session: RemoteSession, message: FanOut, terms: Terms): void {
    const { sure, loose } = this.#waysTo(session.node)
    if (terms.qos === 0) return void loose.add(message, session.number, terms)
    const { share } = terms
    const heard = sure.add(message, session.number, terms)
    message.waitFor(
      share === undefined
        ? heard
        : heard.then((wasHeard) => (wasHeard ? undefined : this.#here?.giveToAnother(message.message, share))),
    )
  }

  wake({ node, number }: RemoteSession): void {
    void this.#letters?.send(node, { kind: 'wake', number })
  }

  missed({ node, number }: RemoteSession, excess: Excess): void {
    void this.#letters?.send(node, { kind: 'full', number, excess })
  }

  get isAlone(): boolean {
    return this.#letters?.isAlone ?? true
  }

  #tell(letter: SessionLetter): void {
    this.#letters?.tell(letter)
  }

  #inTime(work: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const alarm = this.#clock.after(longestWaitMs, resolve, 'upkeep')
      void work.then(() => {
        alarm.cancel()
        resolve()
      })
    })
  }

  #waysTo(node: string): Ways {
    const known = this.#ways.get(node)
    if (known) return known
    const ways = {
      sure: new Mail((letter) => this.#letters?.send(node, { kind: 'message', ...letter })),
      loose: new Mail((letter) => void this.#loose?.send(node, letter)),
    }
    this.#ways.set(node, ways)
    return ways
  }

  #introduction(): SessionLetter[] {
    const letters: SessionLetter[] = []
    for (const session of this.#here?.connected() ?? []) {
      const note = this.#noteOf(session)
      if (note.persistent || note.subscriptions.length > 0) letters.push({ kind: 'connected', ...note })
    }
    return letters
  }

  #noteOf(session: Session): ConnectedNote {
    const all = [...session.subscribers.values()].map(({ subscription }) => subscription)
    const subscriptions = all.filter(({ filter }) => !isExchangeFilter(filter))
    const { name, fence, persistent } = session
    return { number: this.#numberOf(session), name, fence, persistent, subscriptions }
  }

  #numberOf(session: Session): number {
    const known = this.#numbers.get(session)
    if (known !== undefined) return known
    const number = ++this.#last
    this.#numbers.set(session, number)
    this.#numbered.set(number, session)
    return number
  }

  #unnumber(session: Session): boolean {
    const number = this.#numbers.get(session)
    if (number !== undefined) this.#numbered.delete(number)
    return this.#numbers.delete(session)
  }

  #hear(letter: SessionLetter, from: string): void {
    switch (letter.kind) {
      case 'connected':
        if (this.#isNews(letter)) this.#connected(letter, from)
        break
      case 'subscribed':
        this.#remotes.subscribed(from, letter.number, letter.subscription)
        break
      case 'unsubscribed':
        this.#remotes.unsubscribed(from, letter.number, letter.filter)
        break
      case 'parted':
        if (this.#isNews(letter)) this.#here?.partedElsewhere(letter)
        break
      case 'ended':
        if (this.#isNews(letter)) this.#ended(letter.name)
        break
      case 'wake':
        this.#numbered.get(letter.number)?.wake()
        break
      case 'full':
        this.#numbered.get(letter.number)?.missed(letter.excess)
        break
      case 'message':
        this.#take(letter)
        break
    }
  }

  /** Letters of several nodes about one session may cross; its fence says which of them is newer. */
  #isNews({ name, fence = 0 }: { name: SessionName; fence?: number }): boolean {
    return Math.max(this.#remotes.fenceOf(name) ?? 0, this.#here?.fenceOf(name) ?? 0) <= fence
  }

  #connected(note: ConnectedNote, from: string): void {
    this.#here?.wentElsewhere(note.name)
    this.#remotes.connected(note, from)
  }

  #ended(name: SessionName): void {
    this.#remotes.remove(name)
    this.#here?.endedElsewhere(name)
  }

  #forget(node: string): void {
    this.#ways.delete(node)
    this.#remotes.lose(node)
  }

  #take({ message, to }: MessageLetter): void {
    const fanOut = new FanOut(message)
    for (const target of to) {
      const session = this.#numbered.get(target[0])
      const terms = termsOf(target)
      if (session?.connected) deliverTo(session, fanOut, terms)
      else if (terms.qos > 0 && terms.share !== undefined) void this.#here?.giveToAnother(message, terms.share)
    }
  }
}

const deliverTo = (session: Session, message: FanOut, terms: Terms): void => {
  session.deliver(message, terms)
  if (session.behind) session.holdBack(nobody)
}

/** Who publishes on another node can't be asked to wait. */
const nobody = { hold: () => {}, release: () => {} }
