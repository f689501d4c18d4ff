import type { Client, Message } from '@daakia/client-sdk'
import { idMaker, systemClock } from '@daakia/protocol'
import type { Io } from '../io.js'
import { onAbsence } from './absence.js'
import { onParked } from './parked.js'
import { openPrompt } from './prompt.js'
import { recent } from './recent.js'
import { onStatusText } from './status.js'
import { transcriptOf } from './transcript.js'

export interface InteractiveOptions {
  client: Client
  bot: string
  url: string
  /** As {@link AbsenceOptions} says. */
  trustingUrl?: string | undefined
}

/** How much of what was said before is shown. */
const shownAtStart = 10

/** Lets a person talk at a terminal. Resolves when they leave. @throws Refused where the client is shut out */
export const chatInteractively = async (options: InteractiveOptions, io: Io): Promise<void> => {
  const { client, bot, url } = options
  const prompt = openPrompt(io, `${client.id}> `)
  const newId = idMaker(systemClock)
  /** Ids of what stands on the screen already, as it was typed. */
  const typed = new Set<string>()
  const tell = (text: string) => prompt.above(io.errors, `${text}\n`)
  const show = (message: Message) => {
    const lines = typed.delete(message.id) ? undefined : transcriptOf(message, client.id)
    if (lines !== undefined) prompt.above(io.output, lines)
  }
  const say = (line: string) => {
    if (line.trim() === '') return
    const id = newId()
    typed.add(id)
    client
      .to(bot)
      .send(line, { id })
      .catch((error: Error) => tell(`Not sent: ${line}\n${error.message}`))
  }
  prompt.onLine(say)
  const stops = [
    onStatusText(client, url, tell),
    showFrom(options, show, tell),
    onAbsence(options, tell),
    onParked(options, tell),
  ]
  try {
    await Promise.race([prompt.left, closed(client)])
  } finally {
    for (const stop of stops) stop()
    prompt.close()
  }
}

/** Shows the newest messages, then every new one. */
const showFrom = (
  { client, bot }: InteractiveOptions,
  show: (message: Message) => void,
  tell: (text: string) => void,
) => {
  let early: Message[] | undefined = []
  const stop = client.to(bot).onMessage((message) => {
    if (early) early.push(message)
    else show(message)
  })
  const begin = (messages: readonly Message[], head: number) => {
    const news = (early ?? []).filter(({ seq }) => seq > head)
    early = undefined
    for (const message of [...messages, ...news]) show(message)
  }
  recent({ client, bot, limit: shownAtStart }).then(
    ({ messages, head }) => begin(messages, head),
    (error: Error) => {
      if (client.status.state === 'closed') return
      tell(`What was said before is not known: ${error.message}`)
      begin([], 0)
    },
  )
  return stop
}

/** Rejects when the client is shut out for good. */
const closed = (client: Client) =>
  new Promise<void>((_, reject) =>
    client.onStatus((status) => status.state === 'closed' && status.reason && reject(status.reason)),
  )
