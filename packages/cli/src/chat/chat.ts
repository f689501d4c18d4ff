import { type Client, type ClientIdentity, createClient } from '@daakia/client-sdk'
import { broken, brokenPipe, isBrokenPipe } from '../broken-pipe.js'
import { defaultUrl } from '../default-url.js'
import { type Io, processIo, type Status } from '../io.js'
import { readPasswordFile } from '../secret-file.js'
import { chatInteractively } from './interactive.js'
import { chatPiped } from './piped.js'
import { onStatusText } from './status.js'

export interface ChatOptions {
  /** Who is talking. */
  as: string
  /** Whom to: a bot, or any other client. */
  to: string
  /** `mqtt://127.0.0.1:1883` by default. */
  url?: string
  /** A file with the password, or with the token. */
  passwordFile?: string
  /** How long a bot may do nothing before a chat whose input is no terminal ends. 30 by default. */
  silenceSeconds?: number
}

export const defaultSilenceSeconds = 30

/** How long leaving may take while something is not sent yet. */
const leaveMs = 2_000

/**
 * Talks with a bot. At a terminal it is a prompt; elsewhere each line of the input is said when the bot rests from the
 * one before, and the output is the transcript.
 *
 * @returns 0 when the person has left, or the input has ended and the bot rests; 1 where something went wrong, which
 * is told on `io.errors`
 */
export const chat = async (options: ChatOptions, io: Io = processIo): Promise<Status> => {
  const { url = defaultUrl } = options
  let client: Client | undefined
  try {
    client = createClient({ url, identity: await identityOf(options, io) })
    await Promise.race([talk(client, { ...options, url }, io), broken(io)])
    return 0
  } catch (error) {
    if (isBrokenPipe(error)) return brokenPipe
    io.errors.write(`${error instanceof Error ? error.message : error}\n`)
    return 1
  } finally {
    await client?.close({ giveUpAfterMs: leaveMs })
  }
}

const identityOf = async ({ as, passwordFile }: ChatOptions, io: Io): Promise<ClientIdentity> =>
  passwordFile === undefined ? { client: as } : { client: as, password: await readPasswordFile(passwordFile, io) }

const talk = async (
  client: Client,
  { to, url, silenceSeconds }: ChatOptions & { url: string },
  io: Io,
): Promise<void> => {
  if (io.input.isTTY && io.output.isTTY) return chatInteractively({ client, bot: to, url }, io)
  const stop = onStatusText(client, url, (text) => io.errors.write(`${text}\n`))
  const silenceMs = (silenceSeconds ?? defaultSilenceSeconds) * 1_000
  return chatPiped({ client, bot: to, silenceMs }, io).finally(stop)
}
