import { bytesOf, type CommitHandoff, type HandoffFailure, type HandoffNote, mostHandoffBytes } from '@daakia/protocol'
import { validate } from '../asking/schema.js'
import type { HeardMessage, RunInput } from '../authoring/heard.js'
import type { TakesOver } from '../authoring/takes-over.js'
import type { HandedBack, OpenHandoff } from '../composing/handoff.js'
import type { Manner } from '../engine/port.js'

/** What a bot was handed, as long as its run of that goes on. */
type Held = Pick<RunInput, 'client' | 'locale' | 'timeZone' | 'message'> & {
  handedOver: NonNullable<RunInput['handedOver']>
  /** It was taken back, and the run is to end. */
  takenBack?: true
}

/** Of hand-overs, as it is stored with a run. */
export interface StoredCustody {
  /** Ids of what the run has handed over, and the server knows of. */
  given?: readonly string[]
  held?: Held
}

type Given = Extract<HandoffNote, { kind: 'given' }>

/** Who has the conversation: what a bot has handed over, what it was handed, and what is to be committed of it. */
export class Custody {
  #given: readonly string[]
  #held: Held | undefined
  #back: HandedBack | undefined

  constructor({ given = [], held }: StoredCustody = {}) {
    this.#given = given
    this.#held = held
  }

  /** Takes the conversation over. Answers the input of the run to be begun; `undefined` where it is given back at once. */
  take(
    message: HeardMessage,
    note: Given,
    takesOver: TakesOver | undefined,
  ): Omit<RunInput, 'conversation'> | undefined {
    const { client, locale, timeZone } = note
    const input = takesOver?.input ? validate(takesOver.input, note.input) : { value: note.input }
    if (input.issues) {
      this.#back = { error: misfit(input.issues) }
      return undefined
    }
    const reason = reasonOf(message)
    this.#held = {
      ...{ client, message },
      ...(locale !== undefined && { locale }),
      ...(timeZone !== undefined && { timeZone }),
      handedOver: { from: message.from, input: input.value, ...(reason !== undefined && { reason }) },
    }
    return this.again
  }

  /** The input of a run that begins what was handed over anew; `undefined` where nothing was. */
  get again(): Omit<RunInput, 'conversation'> | undefined {
    if (!this.#held) return undefined
    const { takenBack: _, ...input } = this.#held
    return input
  }

  /** It was taken back: nothing is given back, and the run is to end. */
  lose(): void {
    if (this.#held) this.#held = { ...this.#held, takenBack: true }
  }

  get isLost(): boolean {
    return this.#held?.takenBack === true
  }

  /** The run of what was handed over is over. False where nothing was: the run was the bot's own. */
  giveBack(back: HandedBack): boolean {
    const held = this.#held
    this.#held = undefined
    if (held && !held.takenBack) this.#back = fit(back)
    return held !== undefined
  }

  /** What it has handed over has come back. */
  cameBack(id: string): void {
    this.#given = this.#given.filter((given) => given !== id)
  }

  /** Of these hand-overs, those that the server does not know of. */
  fresh(open: readonly OpenHandoff[]): readonly OpenHandoff[] {
    return open.filter(({ id }) => !this.#given.includes(id))
  }

  /** What was handed over, and is not among these any more: it is to be taken back. */
  ended(open: readonly OpenHandoff[]): string | undefined {
    return this.#given.find((id) => !open.some((each) => each.id === id))
  }

  /** Nothing more is to be handled before this is committed. */
  givesAway(open: readonly OpenHandoff[]): boolean {
    return this.#back !== undefined || this.fresh(open).length > 0
  }

  /** What is to be committed, with these hand-overs open; from here on it counts anew. */
  commit(
    open: readonly OpenHandoff[],
    giveOf: (open: OpenHandoff) => CommitHandoff['give'],
  ): CommitHandoff | undefined {
    const takeBack = this.ended(open)
    const [fresh] = this.fresh(open)
    const give = fresh && giveOf(fresh)
    const giveBack = this.#back
    this.#given = open.map(({ id }) => id)
    this.#back = undefined
    if (takeBack === undefined && !give && !giveBack) return undefined
    return { ...(takeBack !== undefined && { takeBack }), ...(giveBack && { giveBack }), ...(give && { give }) }
  }

  get stored(): StoredCustody | undefined {
    if (this.#given.length === 0 && !this.#held) return undefined
    return { ...(this.#given.length > 0 && { given: this.#given }), ...(this.#held && { held: this.#held }) }
  }
}

/** What of a hand-over a commit says. */
export const giveOf = (
  { id, to, input, reason }: OpenHandoff,
  client: string,
  manner: Manner = {},
): NonNullable<CommitHandoff['give']> => ({
  ...{ id, to, client, input },
  ...(reason !== undefined && { reason }),
  ...manner,
})

/** What is too large to be given back can't be a result. */
const fit = (back: HandedBack): HandedBack => {
  const bytes = 'error' in back ? 0 : bytesOf(JSON.stringify(back.output) ?? '').length
  const message = `The output has ${bytes} bytes as JSON, and ${mostHandoffBytes} are the most`
  return bytes > mostHandoffBytes ? { error: { code: 'too-large', message } } : back
}

const misfit = (issues: readonly { message: string }[]): HandoffFailure => ({
  code: 'bad-input',
  message: `The input is not what the other bot takes over: ${issues.map(({ message }) => message).join('; ')}`,
})

const reasonOf = ({ payload }: HeardMessage): string | undefined => {
  const { reason } = JSON.parse(payload) as { reason?: string }
  return reason
}
