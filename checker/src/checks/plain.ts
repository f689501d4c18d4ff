import type { Loss } from '../history/losses.js'
import type { Heard, Sent, Story } from '../history/story.js'
import { grouped } from './grouped.js'
import { type IsUnseen, isOnlyCopy } from './unseen.js'

/** What devices of MQTT 3.1.1 hear, which are told neither `seq` nor `resync`. */
export class Plain {
  readonly #story: Story
  readonly #isUnseen: IsUnseen
  readonly #sent: ReadonlyMap<string, readonly Sent[]>

  constructor(story: Story, isUnseen: IsUnseen) {
    this.#story = story
    this.#isUnseen = isUnseen
    this.#sent = grouped(story.sent, keyOf)
  }

  /**
   * Whether it is known which message that was. While news of what is lost may come, it may be one that is, of which there is another now with
   * the same text; unless it was put on the wire once, and so is there once.
   */
  isSure(event: Heard, name: string): boolean {
    const { seq, ms, conversation, client } = event
    if (seq !== undefined || this.#isOnlyOne(event)) return true
    return !this.#story.losses.ofNews({ who: name, ms }, conversation, client).some((loss) => this.#isReal(loss))
  }

  /** How often it may hear the same again on one connection, which it can't be told why: once after each loss in between. */
  repeatsAllowed(same: readonly Heard[], name: string): number {
    const [first, last] = [same[0]?.ms ?? 0, same.at(-1)?.ms ?? 0]
    if (same.some(({ seq }) => seq !== undefined)) return 0
    const { losses } = this.#story
    const places = same.flatMap(({ conversation, client }) => [conversation, client])
    const between = losses
      .of(...places)
      .filter((loss) => loss.setbacks.length > 0 && loss.noticeableMs <= last && losses.lastNews(loss, name) >= first)
    return between.length + same.filter((event) => !this.isSure(event, name)).length
  }

  #isReal(loss: Loss): boolean {
    return loss.setbacks.length > 0 || this.#isUnseen(loss)
  }

  #isOnlyOne(event: Heard): boolean {
    const [op, ...others] = this.#sent.get(keyOf(event)) ?? []
    return op !== undefined && others.length === 0 && isOnlyCopy(op, this.#story)
  }
}

const keyOf = ({ conversation, text }: { conversation: string; text: string }) => `${conversation} ${text}`
