import type { Step } from '@daakia/bot-sdk/internal'
import { workName } from '../../machine/actor-name.js'
import type { SceneBot } from '../bot.js'
import type { Doings } from '../bot-watch.js'
import type { Standing } from '../scene.js'
import { firing } from '../scheduled.js'
import { describedSteps, wereFalse } from './steps.js'

/** What an author wants to know of a bot in one conversation: a line, and indented ones below it. */
export const describedStanding = (bot: SceneBot, standing: Standing): string => {
  const doings = bot.watch.doingsIn(standing.conversation)
  const details: [string, string | undefined][] = [
    ['last', describedSteps(doings.steps)],
    ['refused', refusals(doings)],
    ['failed', failures(doings)],
    ['accepts', standing.state?.accepts.join(', ') || undefined],
    ['stuck', isStuck(bot, standing, doings) ? 'it accepts nothing and waits for nothing' : undefined],
    ['waits', bot.scheduledIn(standing.conversation).map(firing).join('; ') || undefined],
  ]
  const told = details.flatMap(([name, text]) => (text === undefined ? [] : [`  ${`${name}:`.padEnd(9)}${text}`]))
  return [`${bot.id} in ${standing.conversation}: ${condition(bot, standing, doings)}`, ...told].join('\n')
}

const isStuck = (bot: SceneBot, standing: Standing, { isOpen, parked }: Doings): boolean =>
  !isOpen && parked === undefined && bot.isStuckIn(standing)

const condition = (bot: SceneBot, { state }: Standing, doings: Doings): string => {
  if (doings.parked !== undefined) return `parked, ${place(state?.value)}: ${doings.parked}`
  if (!bot.isSubscribed) return `never subscribed, ${place(state?.value)}`
  if (doings.isOpen) return atWork(doings.steps.at(-1), state?.value)
  return `idle, ${place(state?.value)}`
}

const atWork = (last: Step | undefined, value: unknown): string =>
  `at work, ${place(last?.value ?? value)}${last && last.runs.length > 0 ? `, where ${last.runs.map(workName).join(' and ')} runs` : ''}`

const place = (value: unknown): string =>
  value === undefined || value === null ? 'no run' : `in ${JSON.stringify(value)}`

const refusals = ({ refused }: Doings): string | undefined =>
  refused.map(({ event, guards }) => `${event}, as ${wereFalse(guards)}`).join('; ') || undefined

const failures = ({ failures: all }: Doings): string | undefined => {
  const last = all.at(-1)
  if (!last) return undefined
  const at = last.seq === undefined ? (last.timer ?? '') : `message ${last.seq}`
  return `${all.length === 1 ? 'once' : `${all.length} times`}${at === '' ? '' : ` at ${at}`}, ${last.cause}`
}
