import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ConversationInfo } from '@daakia/protocol'
import { chatFileOf } from '@daakia/testing/internal'
import { asOperator } from '../admin/as-operator.js'
import type { ServerAccess } from '../admin/server-access.js'
import { type Io, processIo, type Status } from '../io.js'
import { readHistory } from './read-history.js'

export interface TranscriptOptions extends ServerAccess {
  conversation: string
  /** Only what was said in the last so many seconds. */
  since?: number
  /** A file that does not exist yet; where it is absent, the transcript goes to `io.output`. */
  out?: string
}

/** Writes a conversation of a running server as a chat file, which a test plays. */
export const transcript = (
  { conversation, since, out, ...access }: TranscriptOptions,
  io: Io = processIo,
): Promise<Status> =>
  asOperator(access, io, async (call) => {
    const { members } = ConversationInfo.parse(await call('conversations/get', { id: conversation }))
    const from = since === undefined ? {} : { since: Date.now() - since * 1_000 }
    const messages = await readHistory(call, conversation, from)
    const text = chatFileOf({ conversation, members, messages })
    if (out === undefined) io.output.write(text)
    else await create(resolve(io.folder, out), text)
    return 0
  })

const create = async (path: string, text: string): Promise<void> => {
  try {
    await writeFile(path, text, { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new Error(`${path} exists already: name another file, or remove it`)
  }
}
