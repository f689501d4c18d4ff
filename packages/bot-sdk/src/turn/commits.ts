import type { CommitTurn, Committed, HandoffFailure, Lease } from '@daakia/protocol'
import type { OpenHandoff } from '../composing/handoff.js'
import { answered, committed } from './committed.js'
import type { Ending } from './ending.js'
import type { HandOvers } from './hand-overs.js'
import type { Layers } from './layers.js'
import type { Worded } from './outcome.js'
import type { TurnHooks } from './port.js'
import type { Standing } from './standing.js'
import type { TurnParts } from './turn-parts.js'

export interface CommitsOptions {
  parts: TurnParts
  conversation: string
  lease: Lease
  layers: Layers
  ending: Ending
}

/** What a turn commits, one thing after another. */
export class Commits {
  readonly #parts: TurnParts
  readonly #conversation: string
  readonly #fence: string
  readonly #layers: Layers
  readonly #ending: Ending
  #revision: number

  constructor({ parts, conversation, lease, layers, ending }: CommitsOptions) {
    this.#parts = parts
    this.#conversation = conversation
    this.#fence = lease.fence
    this.#layers = layers
    this.#ending = ending
    this.#revision = lease.revision
  }

  /** Of the state that the next commit starts from. */
  get revision(): number {
    return this.#revision
  }

  /** Commits what has been handled. Answers nothing where only the next lease can tell whether it was applied. */
  async commit(standing: Standing): Promise<{ commit: CommitTurn; answer: Committed | undefined }> {
    const outcome = standing.outcome()
    const said = this.#layers.speak ? await this.#ending.unlessOver(this.#layers.outgoing(outcome.said)) : outcome.said
    const commit = this.#commitOf(standing.worded(outcome, said))
    const answer = await this.#deliver(commit)
    this.#layers.committed(answer, said)
    standing.committed(commit.state, answer?.head)
    return { commit, answer }
  }

  /** Why the conversation may not be handed over so, with the next commit; `undefined` where it may. */
  async refusalOf(handOvers: HandOvers, wanted: OpenHandoff): Promise<HandoffFailure | undefined> {
    const { takesBack } = handOvers
    const asked = {
      ...{ conversation: this.#conversation, fence: this.#fence, give: handOvers.giveOf(wanted) },
      ...(takesBack !== undefined && { takeBack: takesBack }),
    }
    const { refused } = await this.#ending.unlessOver(
      answered(
        () => this.#parts.server.checkHandoff(asked),
        () => this.#ending.isOver,
      ),
    )
    return refused
  }

  /** Commits what has come of a machine that is still at work. What it said so far goes out, and is not said again. */
  async checkpoint(standing: Standing): Promise<void> {
    const outcome = standing.unfinished()
    if (!outcome) return
    const said = await this.#layers.outgoing(outcome.said)
    const answer = await this.#send({ ...this.#commitOf(standing.worded(outcome, said)), checkpoint: true })
    this.#layers.committed(answer, said)
    this.#revision = answer.revision
    standing.saidUpTo(answer.head)
    await this.reach('turn.checkpointed')
  }

  /** The turn goes on after a commit that made this revision. */
  goOn(revision: number): void {
    this.#revision = revision
  }

  reach(point: keyof TurnHooks): void | Promise<void> {
    return this.#parts.hooks[point]?.({ conversation: this.#conversation, revision: this.#revision })
  }

  #commitOf(outcome: Worded): CommitTurn {
    const commitId = this.#parts.newId()
    return { conversation: this.#conversation, fence: this.#fence, commitId, revision: this.#revision, ...outcome }
  }

  async #deliver(commit: CommitTurn): Promise<Committed | undefined> {
    await this.reach('turn.commit')
    const sent = this.#send(commit)
    const first = await Promise.race([sent, this.#ending.over])
    const answer = 'why' in first ? await cameJustBefore(sent) : first
    if (!answer) return undefined
    await this.reach('turn.committed')
    return answer
  }

  #send(commit: CommitTurn): Promise<Committed> {
    return this.#layers.commit(() => committed(commit, this.#parts.server, () => this.#ending.isOver))
  }
}

/** The answer to a commit may come in one piece with the next lease, which ends the turn in fewer steps. */
const cameJustBefore = (answer: Promise<Committed>): Promise<Committed | undefined> =>
  Promise.race([answer.catch(() => undefined), new Promise<undefined>((resolve) => setImmediate(resolve, undefined))])
