import type { SceneChat } from '../scene/scene-chat.js'
import type { Line } from './line.js'
import { parseChat } from './parse.js'
import { Play } from './play.js'
import { record } from './record.js'
import { momentOf } from './times.js'
import { writeChat } from './write.js'

/** Sets the scene of a conversation, which begins at this time where one is given. */
export type OpenScene = (beginning: { startsAt?: number }) => Promise<SceneChat>

/** A conversation in a file. */
export class ChatFile {
  readonly #path: string
  readonly #lines: readonly Line[]

  /** @throws ChatFileError naming the line that can't be read */
  constructor(path: string, content: string) {
    this.#path = path
    this.#lines = parseChat(content, path)
  }

  /** The file as it is written anew. */
  get written(): string {
    return writeChat(this.#lines)
  }

  /** How the conversation goes, written as a file. @throws ConversationFailure where it does not come to rest */
  async record(open: OpenScene): Promise<string> {
    await using chat = await open(this.#beginning)
    return writeChat(await record(new Play(chat), this.#lines))
  }

  /** What is said and does not stand in the file does not matter. */
  get ignoresTheRest(): boolean {
    return this.#lines.some(({ kind }) => kind === 'ignores')
  }

  /**
   * @param check looks at how things stand after each line
   * @throws ConversationFailure where it goes otherwise; its stack begins at the line of the file
   */
  async play(open: OpenScene, check: (chat: SceneChat, line: Line) => Promise<void> = async () => {}): Promise<void> {
    await using chat = await open(this.#beginning)
    const play = new Play(chat)
    for (const line of this.#lines)
      await this.#at(line.number, async () => {
        await play.step(line)
        if (this.ignoresTheRest) for (const user of chat.users) user.ignoresTheRest()
        await check(chat, line)
      })
    await this.#at(this.#lines.at(-1)?.number ?? 1, () => chat.close())
  }

  get #beginning(): { startsAt?: number } {
    const begins = this.#lines.find((line) => line.kind === 'begins')
    return begins ? { startsAt: momentOf(begins.at) } : {}
  }

  async #at(line: number, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (error instanceof Error) error.stack = `${error.name}: ${error.message}\n    at ${this.#path}:${line}:1`
      throw error
    }
  }
}
