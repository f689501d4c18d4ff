import type { AnyEventObject } from 'xstate'
import type { Outgoing } from '../middleware/port.js'
import type { Said } from '../saying/said.js'
import { SaidNames, type StoredNames } from './said-names.js'

/** Something said, and the `seq` of the message that was being answered. */
type Entry = { event: Said; about: number } | { outgoing: Outgoing }

/** What a bot says in a conversation from commit to commit, as messages. */
export class Speech {
  readonly #names: SaidNames
  #entries: Entry[] = []

  /** @param commitHead the conversation's newest `seq` as the commit that stored `names` left it */
  constructor(names: StoredNames | undefined, commitHead: number | undefined) {
    this.#names = new SaidNames(names, commitHead)
  }

  /** What only an author's own listeners know is no message, and is passed over. */
  say(emitted: readonly AnyEventObject[], about: number): void {
    this.#entries.push(...emitted.filter(isSaid).map((event) => ({ event, about })))
  }

  add(outgoing: Outgoing): void {
    this.#entries.push({ outgoing })
  }

  /** The messages of the next commit. @throws NothingSaidAs */
  take(): readonly Outgoing[] {
    const drafts: Outgoing[] = []
    for (const entry of this.#entries) {
      if ('outgoing' in entry) drafts.push(entry.outgoing)
      else this.#write(drafts, entry.event, entry.about)
    }
    this.#entries = []
    return drafts
  }

  /** The names to be stored with a commit of these messages. */
  namesOf(said: readonly Outgoing[]): StoredNames | undefined {
    return this.#names.store(said)
  }

  #write(drafts: Outgoing[], said: Said, about: number): void {
    switch (said.type) {
      case 'say':
        drafts.push({ type: 'text', body: { text: said.text }, ...(said.as !== undefined && { as: said.as }) })
        break
      case 'react':
        drafts.push({ type: 'reaction', body: reactionOf(said, about) })
        break
      case 'edit':
        this.#edit(drafts, said)
        break
      case 'unsend':
        this.#unsend(drafts, said.name)
        break
      case 'typing':
      case 'pause':
        break
      default:
        drafts.push(said)
    }
  }

  /** What has not gone out yet is said as it is to be read. */
  #edit(drafts: Outgoing[], { name, text }: { name: string; text: string }): void {
    const at = drafts.findLastIndex(({ as }) => as === name)
    if (at >= 0) drafts[at] = { type: 'text', body: { text }, as: name }
    else drafts.push({ type: 'edit', body: { seq: this.#names.seqOf(name), text } })
  }

  #unsend(drafts: Outgoing[], name: string): void {
    const at = drafts.findLastIndex(({ as }) => as === name)
    if (at >= 0) drafts.splice(at, 1)
    else drafts.push({ type: 'delete', body: { seq: this.#names.forget(name) } })
  }

  /** The commit with what was taken last was applied, and left this as the conversation's newest `seq`. */
  committed(head: number): void {
    this.#names.committed(head)
  }
}

const reactionOf = ({ reaction, seq, removed }: Said & { type: 'react' }, about: number) => ({
  seq: seq ?? about,
  reaction,
  ...(removed && { removed }),
})

const words: ReadonlySet<string> = new Set<Said['type']>([
  ...(['say', 'card', 'choices', 'form', 'media', 'react', 'edit', 'unsend'] as const),
])

const isSaid = (event: AnyEventObject): event is Said => words.has(event.type)
