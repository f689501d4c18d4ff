import type { AnyStateMachine } from 'xstate'
import type { Chat } from '../chat.js'
import type { Anomaly, Delivered } from '../delivery/anomaly.js'
import { differences } from '../delivery/difference.js'
import type { CallSite } from '../failure/call-site.js'
import { isMisuse } from '../failure/misuse.js'
import { describedAnomalies } from '../failure/problems.js'
import { retold } from '../failure/retold.js'
import type { HarnessOptions } from '../harness-options.js'
import type { Wings } from '../processes/wings.js'
import { withSituation } from '../scene/report/situation.js'
import type { SceneChat } from '../scene/scene-chat.js'
import { setScene } from '../set-scene.js'
import type { CrashPlan } from './crash-point.js'
import type { LossPlan } from './loss-plan.js'

type Journals = ReadonlyMap<string, readonly Delivered[]>

/** What is to go wrong. */
interface Plans {
  crashes?: CrashPlan
  losses?: LossPlan
}

/** Plays it as it is, or with something going wrong, and compares with what was said else. */
export type Play = (plans: Plans, usual: Journals | undefined) => Promise<Journals>

/** @returns what plays it, and answers with all that was said */
export const playing =
  <TMachine extends AnyStateMachine>(
    options: HarnessOptions<TMachine>,
    conversation: (chat: Chat<TMachine>) => Promise<void>,
    { site, wings }: { site: CallSite; wings?: Wings | undefined },
  ): Play =>
  async (plans, usual) => {
    const { chat, scene } = await setScene(options, { site, wings, ...plans })
    const wrongIn = (journals: Journals): Anomaly[] => [
      ...chat.anomalies(journals),
      ...(usual ? differences(journals, usual) : []),
    ]
    const wrong = async () => wrongIn(await chat.journals(site))
    try {
      await played(conversation, chat).catch(async (error) => {
        plans.losses?.end()
        const found = (await wrong().catch(() => [])).filter(({ mayCome }) => !mayCome)
        const more = found.length === 0 ? '' : `\n\n${describedAnomalies(found)}`
        throw retold(error, (message) => `${withSituation(scene, error, message)}${more}`)
      })
      plans.losses?.end()
      const journals = await chat.journals(site)
      const anomalies = wrongIn(journals)
      if (anomalies.length > 0) throw chat.failure(anomalies, site)
      await chat.close()
      return journals
    } catch (error) {
      // What is wrong was told.
      await chat.close().catch(() => {})
      throw error
    }
  }

/** Also where it does nothing that it waits for. */
const played = async <TMachine extends AnyStateMachine>(
  conversation: (chat: Chat<TMachine>) => Promise<void>,
  chat: SceneChat,
): Promise<void> => conversation(chat as unknown as Chat<TMachine>)

/** What goes wrong tells at which point. */
export const naming = async <T>(what: string, play: () => Promise<T>): Promise<T> => {
  try {
    return await play()
  } catch (error) {
    if (isMisuse(error)) throw error
    throw retold(error, (message) => `When ${what}: ${message}`)
  }
}
