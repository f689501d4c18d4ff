import type { Message } from '@daakia/client-sdk'
import type { Problem } from '../failure/conversation-failure.js'
import { formatMs } from '../time/duration.js'
import type { Scene, Standing } from './scene.js'

/** How things stand: the transcript, the states of the bots, and the time. */
export const situation = (scene: Scene): string => {
  const states = scene.botIds.flatMap((bot) => scene.standings(bot).map(describe))
  const next = scene.nextDue ? `; something is due in ${scene.nextDue}` : ''
  return [
    scene.transcript.render((message) => remark(scene, message)),
    ...new Set(states),
    `Time: ${formatMs(scene.clock.elapsedMs)}${next}`,
  ].join('\n')
}

/** Who kept a test waiting, and with what. */
export const restlessness = (scene: Scene, stuckAfterMs: number): Problem => {
  const busy = scene.participants.map((participant) => participant.busyWith()).filter((work) => work !== undefined)
  const reasons = [...busy, ...unhandled(scene)].join('; ') || 'the server has work that does not end'
  return { message: `Not everybody is at rest after ${stuckAfterMs / 1_000} s of real time: ${reasons}.` }
}

const unhandled = (scene: Scene): string[] =>
  scene.botIds.flatMap((bot) => scene.standings(bot).flatMap((standing) => unhandledBy(scene, standing)))

const unhandledBy = (scene: Scene, { user, bot, conversation }: Standing): string[] => {
  const message = scene.users.get(user)?.unhandled(conversation, bot)
  return message ? [`${bot} has not handled message ${message.seq} of ${conversation}`] : []
}

const remark = (scene: Scene, { conversation, seq }: Message): string => {
  const names = [...scene.users.values()]
    .filter(({ unheard }) => unheard.some((message) => message.conversation === conversation && message.seq === seq))
    .map(({ name }) => name)
  return names.length > 0 ? `   <- not heard by ${names.join(', ')}` : ''
}

const describe = ({ bot, conversation, state }: Standing): string => {
  const value = state?.value === undefined || state.value === null ? 'no run' : JSON.stringify(state.value)
  return `State of ${bot} in ${conversation}: ${value}${state?.status === 'parked' ? ' (parked)' : ''}`
}
