import { type AnyActor, createActor } from 'xstate'
import { answer, benchBot, runInput } from './conversation.js'
import type { Part } from './port.js'

/** XState by itself, with the least that keeps what it did: the same machine takes the same event and is written as JSON. */
export const xstateHot = (): Part => {
  const actor = started()
  return { turns: (count) => repeat(count, () => void turn(actor)), close: () => actor.stop() }
}

export const xstateCold = (): Part => {
  let stored = turn(started())
  const coldTurn = () => {
    const actor = createActor(benchBot.machine, { snapshot: JSON.parse(stored) } as never).start()
    stored = turn(actor)
    actor.stop()
  }
  return { turns: (count) => repeat(count, coldTurn), close: () => undefined }
}

const started = (): AnyActor => createActor(benchBot.machine, { input: runInput } as never).start()

const turn = (actor: AnyActor): string => {
  actor.getSnapshot().children.count.send(answer)
  return JSON.stringify(actor.getPersistedSnapshot())
}

const repeat = async (count: number, work: () => void): Promise<void> => {
  for (let done = 0; done < count; done++) work()
}
