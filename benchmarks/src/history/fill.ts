import type { Rig } from '../load/rig.js'
import { Window } from '../load/window.js'
import type { HistoryOptions } from './index.js'

/** What there is to measure with. */
export interface Filled {
  messages: number
  /** Of one client, each with as many messages as the others. */
  conversations: number
  /** Of one conversation. */
  longest: number
  /** How long it took to write all of them, one core for the server. */
  fillSeconds: number
}

export const reader = 'reader'
export const longTopic = 'daak/to/long-reader'
export const shortTopic = 'daak/to/short-reader'
export const payload = Buffer.from('a message of sixty-four bytes, as people write them all day long')

const conversations = 1_000
const shareOfReader = 0.1
const shortMessages = 1_000
const outstanding = 20
const progressMs = 10_000

/**
 * Nine tenths of the messages go into one conversation, and a tenth into a thousand conversations of one client. One
 * more conversation is short.
 */
export const fill = async (rig: Rig, { messages, say }: Pick<HistoryOptions, 'messages' | 'say'>): Promise<Filled> => {
  const startedMs = performance.now()
  const each = Math.max(1, Math.round((messages * shareOfReader) / conversations))
  const longest = messages - each * conversations
  const friends = await rig.openMany(conversations, 'friend')
  const long = await rig.open('long-writer')
  const short = await rig.open('short-writer')
  const windows = [
    ...friends.map((link) => windowTo(rig, link, `daak/to/${reader}`, each, outstanding)),
    windowTo(rig, long, longTopic, longest, outstanding * 50),
    windowTo(rig, short, shortTopic, shortMessages, outstanding),
  ]
  const timer = setInterval(() => say(progress(windows, messages)), progressMs)
  try {
    await Promise.all(windows.map(({ done }) => done))
  } finally {
    clearInterval(timer)
  }
  return { messages, conversations, longest, fillSeconds: (performance.now() - startedMs) / 1000 }
}

interface Filling {
  window: Window
  done: Promise<void>
}

const windowTo = (
  { dialect }: Rig,
  link: ConstructorParameters<typeof Window>[0],
  topic: string,
  count: number,
  most: number,
): Filling => {
  const size = Math.min(most, count)
  let finished = () => {}
  const done = new Promise<void>((resolve) => {
    finished = resolve
  })
  const window = new Window(link, { dialect, size, topic, payload, count, finished })
  window.start()
  return { window, done }
}

const progress = (windows: readonly Filling[], messages: number): string => {
  const acknowledged = windows.reduce((sum, { window }) => sum + window.acknowledged, 0)
  return `${((100 * acknowledged) / messages).toFixed(0)} % of ${messages.toLocaleString('en-US')} messages are written.`
}
