import { once } from 'node:events'
import { resolve } from 'node:path'
import { type Client, type ClientIdentity, createClient } from '@daakia/client-sdk'
import { type Io, processIo, type Status } from '../io.js'
import { readSecretFile } from '../secret-file.js'
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

export const defaultUrl = 'mqtt://127.0.0.1:1883'
export const defaultSilenceSeconds = 30

/** How long leaving may take while something is not sent yet. */
const leaveMs = 2_000
/** What a shell gives a command that was stopped because nobody reads what it writes: 128 + SIGPIPE. */
const brokenPipe = 141

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

const identityOf = async ({ as, passwordFile }: ChatOptions, { folder }: Io): Promise<ClientIdentity> => {
  if (passwordFile === undefined) return { client: as }
  const password = await readSecretFile(resolve(folder, passwordFile)).catch((error: NodeJS.ErrnoException) => {
    throw new RangeError(`${passwordFile} can't be read (${error.code}).`)
  })
  return { client: as, password }
}

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

/** Rejects when nobody reads the output any more. */
const broken = async ({ output }: Io): Promise<never> => {
  const [error] = await once(output, 'error')
  // Another write may fail before the command ends.
  output.on('error', () => {})
  throw error
}

const isBrokenPipe = (error: unknown): boolean => (error as NodeJS.ErrnoException | undefined)?.code === 'EPIPE'
