import type { Message } from '@daakia/client-sdk'
import type { TurnAtWork } from '@daakia/server'
import { bodyOf, describedPayload } from '../../chat-files/sent.js'
import { verbs } from '../../chat-files/verbs.js'
import { ConversationFailure, type Problem } from '../../failure/conversation-failure.js'
import { formatMs } from '../../time/duration.js'
import type { Scene } from '../scene.js'
import { describedStanding } from './standing.js'

/** How things stand: the transcript, the bots, the connections, the time, and how to play it again. */
export const situation = (scene: Scene): string => {
  const standings = [...scene.bots.values()].flatMap((bot) =>
    scene.standings(bot.id).map((standing) => describedStanding(bot, standing)),
  )
  const next = scene.nextDue === undefined || scene.nextTimer ? '' : `; ${scene.nextDue}`
  return [
    scene.transcript.render({
      remark: (message) => remark(scene, message),
      speaker: (message) => scene.record.speaking(message)?.device ?? message.from,
      deed: (message) => scene.record.speaking(message)?.deed ?? sending(message),
    }),
    '',
    ...new Set(standings),
    `Connections: ${connections(scene)}`,
    `Time: ${formatMs(scene.clock.elapsedMs)}${next}`,
    ...(scene.replay === undefined ? [] : [`Again: ${scene.replay}`]),
  ].join('\n')
}

/** The server's own messages of who came, and who took over, read as texts. */
const readsAsText: ReadonlySet<string> = new Set(['text', 'member', 'handoff'])

/** What a person sends other than a text, as a chat file has it. */
const sending = (message: Message): string | undefined => {
  const { type } = message
  if (readsAsText.has(type)) return undefined
  const body = bodyOf(message)
  return body === undefined ? `sends ${describedPayload(message)}` : `sends ${verbs.sends.write({ type, body })}`
}

/** A failure with how things stand, which those of this package tell by themselves. */
export const withSituation = (scene: Scene, error: unknown, message: string): string =>
  error instanceof ConversationFailure ? message : `${message}\n\n${situation(scene)}`

const connections = (scene: Scene): string =>
  [...scene.devices, ...scene.bots.values()].map((each) => `${each.name} ${each.link}`).join(', ')

/** Who kept a test waiting, and with what. */
export const restlessness = (scene: Scene, stuckAfterMs: number, openTurns: readonly TurnAtWork[]): Problem => {
  const busy = scene.participants.map((participant) => participant.busyWith()).filter((work) => work !== undefined)
  const reasons =
    [...busy, ...openTurns.map((turn) => inHand(scene, turn))].join('; ') || 'the server has work that does not end'
  return { message: `Not everybody is at rest after ${stuckAfterMs / 1_000} s of real time: ${reasons}.` }
}

const inHand = (scene: Scene, { bot, conversation, seq, timer, since }: TurnAtWork): string => {
  if (since === 0) return `${bot} is given a turn in ${conversation}`
  const what = seq === undefined ? (timer === undefined ? 'what it had begun' : `timer ${timer}`) : `message ${seq}`
  return `${bot} has not handled ${what} of ${conversation}, which it has had since ${scene.elapsedAt(since)}`
}

const remark = (scene: Scene, { conversation, seq }: Message): string => {
  const names = [...scene.users.values()]
    .filter(({ missed }) => missed.some((message) => message.conversation === conversation && message.seq === seq))
    .map(({ name }) => name)
  return names.length > 0 ? `   <- not heard by ${names.join(', ')}` : ''
}
