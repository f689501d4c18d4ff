import { type Client, type ClientIdentity, createClient } from '@daakia/client-sdk'
import { systemClock } from '@daakia/protocol'
import { broken, brokenPipe, isBrokenPipe } from '../broken-pipe.js'
import { defaultUrl } from '../default-url.js'
import { type Io, processIo, type Status } from '../io.js'
import { readPasswordFile } from '../secret-file.js'
import { onAbsence } from './absence.js'
import { chatInteractively } from './interactive.js'
import { onlyBot } from './only-bot.js'
import { chatPiped } from './piped.js'
import { Silence } from './rest.js'
import { onStatusText } from './status.js'

export interface ChatOptions {
  /** Who is talking. */
  as: string
  /** Whom to: a bot, or any other client. On a server with `--dev` the one bot that runs there, by default. */
  to?: string
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
    const to = options.to ?? (await whoIsThere({ ...options, url }, io))
    client = createClient({ url, identity: await identityOf(options, io) })
    await Promise.race([talk(client, { ...options, to, url }, io), broken(io)])
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

/** The bot that runs, or the one that comes: at a terminal for as long as it takes. */
const whoIsThere = (
  { url, passwordFile, silenceSeconds = defaultSilenceSeconds }: ChatOptions & { url: string },
  io: Io,
): Promise<string> => {
  if (passwordFile !== undefined) throw new Error('Say with --to whom you talk with.')
  const tell = (text: string) => io.errors.write(`${text}\n`)
  if (isInteractive(io)) return onlyBot({ url, tell })
  const late = new AbortController()
  const alarm = systemClock.after(silenceSeconds * 1_000, () =>
    late.abort(new Silence(`No bot came in ${silenceSeconds} s.`)),
  )
  return onlyBot({ url, tell, signal: late.signal }).finally(() => alarm.cancel())
}

const isInteractive = ({ input, output }: Io): boolean => input.isTTY === true && output.isTTY === true

const talk = async (
  client: Client,
  { to, url, passwordFile, silenceSeconds = defaultSilenceSeconds }: ChatOptions & { to: string; url: string },
  io: Io,
): Promise<void> => {
  const trustingUrl = passwordFile === undefined ? url : undefined
  if (isInteractive(io)) return chatInteractively({ client, bot: to, url, trustingUrl }, io)
  const tell = (text: string) => io.errors.write(`${text}\n`)
  const stops = [onStatusText(client, url, tell), onAbsence({ client, bot: to, trustingUrl }, tell)]
  await chatPiped({ client, bot: to, silenceMs: silenceSeconds * 1_000 }, io).finally(() => {
    for (const stop of stops) stop()
  })
}
