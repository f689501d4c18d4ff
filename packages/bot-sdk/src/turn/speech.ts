import type { Utterance } from '@daakia/protocol'
import type { AnyEventObject } from 'xstate'
import type { Said } from '../saying/said.js'
import { type Named, SaidNames, type StoredNames } from './said-names.js'
import { utterance } from './utterance.js'

/** Something said, and the `seq` of the message that was being answered. */
type Entry = { event: Said; about: number } | { utterance: Utterance }

/** One message of a commit that is being made up. */
interface Draft extends Named {
  utterance: Utterance
}

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

  add(utterance: Utterance): void {
    this.#entries.push({ utterance })
  }

  /** The messages of the next commit, and the names to be stored with it. @throws NothingSaidAs, TypeError */
  take(): { messages: readonly Utterance[]; names: StoredNames | undefined } {
    const drafts: Draft[] = []
    for (const entry of this.#entries) {
      if ('utterance' in entry) drafts.push(entry)
      else this.#write(drafts, entry.event, entry.about)
    }
    this.#entries = []
    return { messages: drafts.map((draft) => draft.utterance), names: this.#names.store(drafts) }
  }

  #write(drafts: Draft[], said: Said, about: number): void {
    switch (said.type) {
      case 'say':
        drafts.push({
          utterance: utterance('text', { text: said.text }),
          ...(said.as !== undefined && { as: said.as }),
        })
        break
      case 'react':
        drafts.push({ utterance: utterance('reaction', reactionOf(said, about)) })
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
        drafts.push({ utterance: utterance(said.type, said.body) })
    }
  }

  /** What has not gone out yet is said as it is to be read. */
  #edit(drafts: Draft[], { name, text }: { name: string; text: string }): void {
    const draft = drafts.findLast(({ as }) => as === name)
    if (draft) draft.utterance = utterance('text', { text })
    else drafts.push({ utterance: utterance('edit', { seq: this.#names.seqOf(name), text }) })
  }

  #unsend(drafts: Draft[], name: string): void {
    const at = drafts.findLastIndex(({ as }) => as === name)
    if (at >= 0) drafts.splice(at, 1)
    else drafts.push({ utterance: utterance('delete', { seq: this.#names.forget(name) }) })
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
