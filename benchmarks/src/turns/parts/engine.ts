import { type Run, TurnSurroundings, xstateEngine } from '@daakia/bot-sdk/internal'
import { systemClock } from '@daakia/protocol'
import { answer, benchBot, runInput } from './conversation.js'
import type { Part } from './port.js'

/** The engine: what a turn asks of it, and the state as JSON. */
export const engineHot = (): Part => {
  const run = engine().start(runInput, around)
  return {
    turns: async (count) => {
      for (let done = 0; done < count; done++) await turn(run)
    },
    close: () => run.close(),
  }
}

export const engineCold = (): Part => {
  const cold = engine()
  const first = cold.start(runInput, around)
  let stored = JSON.stringify(first.persist().state)
  first.close()
  return {
    turns: async (count) => {
      for (let done = 0; done < count; done++) {
        const run = cold.restore(JSON.parse(stored), around)
        stored = await turn(run)
        run.close()
      }
    },
    close: () => undefined,
  }
}

const engine = () => xstateEngine(benchBot)

const around = new TurnSurroundings({
  conversation: runInput.conversation,
  clock: systemClock,
  manner: benchBot,
  languages: benchBot.languages,
  typing: () => undefined,
})

/** Answers what is stored. */
const turn = async (run: Run): Promise<string> => {
  run.send(answer, { key: '1' })
  await run.settle()
  run.takeEffects()
  if (run.ended) throw new Error('the conversation of the benchmark never ends')
  return JSON.stringify(run.persist().state)
}
