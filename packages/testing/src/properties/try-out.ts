import type { Step } from '../chat-files/line.js'
import { Play } from '../chat-files/play.js'
import { writtenStep } from '../chat-files/write.js'
import { ConversationFailure } from '../failure/conversation-failure.js'
import { situation } from '../scene/report/situation.js'
import type { SceneChat } from '../scene/scene-chat.js'
import type { Deed } from './deeds.js'
import { historyOf } from './history.js'
import { type Invariants, type Violation, violationIn } from './invariants.js'
import { stepOf } from './step-of.js'

/** How a conversation went. */
export interface Course {
  /** What was done, as far as it could be. */
  deeds: readonly Deed[]
  steps: readonly Step[]
  /** What did not hold, after the last of them. */
  violation?: Violation & { /** How things stood then. */ situation: string }
}

/** Looks at how things stand after each step of a conversation. */
export class Watcher {
  readonly #chat: SceneChat
  readonly #invariants: Invariants
  #before = 0

  constructor(chat: SceneChat, invariants: Invariants) {
    this.#chat = chat
    this.#invariants = invariants
  }

  /** What does not hold after a step. */
  async after(step: Step): Promise<Violation | undefined> {
    const by = 'who' in step ? step.who : undefined
    const history = historyOf(this.#chat, { deed: writtenStep(step), by, before: this.#before })
    this.#before = history.messages.length
    return violationIn(history, this.#chat, this.#invariants)
  }
}

/** Who had nothing to answer has said something. */
const asDone = (deed: Deed, step: Step): Deed =>
  deed.kind === 'answers' && (step.kind === 'says' || step.kind === 'sends') ? { ...deed, kind: 'says' } : deed

/** Whoever is never at rest is stuck. */
const stuck = 'no bot is stuck'

/** Does one thing after the other, until something does not hold. */
export const tryOut = async (
  deeds: readonly Deed[],
  open: () => Promise<SceneChat>,
  invariants: Invariants,
): Promise<Course> => {
  const chat = await open()
  const course = { deeds: [] as Deed[], steps: [] as Step[] }
  try {
    const play = new Play(chat)
    const watcher = new Watcher(chat, invariants)
    for (const deed of deeds) {
      const step = stepOf(deed, chat)
      if (!step) continue
      course.deeds.push(asDone(deed, step))
      course.steps.push(step)
      await play.step(step)
      for (const user of chat.users) user.ignoresTheRest()
      const violation = await watcher.after(step)
      if (violation) return { ...course, violation: { ...violation, situation: situation(chat.scene) } }
    }
    return course
  } catch (error) {
    if (!(error instanceof ConversationFailure)) throw error
    const [problem = '', ...paragraphs] = error.message.split('\n\n')
    return { ...course, violation: { invariant: stuck, problem, situation: paragraphs.join('\n\n') } }
  } finally {
    await chat.close().catch(() => {})
  }
}
