import type { HeardMessage } from '../authoring/heard.js'
import type { IncomingContext, Middleware, Outgoing, TurnContext } from './port.js'

/** Several middlewares as one. What none of them has to do with is absent, so that nothing is spent on it. */
export interface Chain {
  turn?(turn: TurnContext, handle: () => Promise<void>): Promise<void>
  commit?(turn: TurnContext, send: () => Promise<void>): Promise<void>
  incoming?(message: HeardMessage, context: IncomingContext): Promise<HeardMessage | undefined>
  outgoing?(said: readonly Outgoing[], turn: TurnContext): Promise<readonly Outgoing[]>
}

/** @param middlewares the outermost first */
export function chainOf(middlewares: readonly Middleware[]): Chain {
  const having = (method: keyof Middleware) => middlewares.filter((middleware) => middleware[method])
  const [turn, commit] = [having('turn'), having('commit')]
  const [incoming, outgoing] = [having('incoming'), having('outgoing').reverse()]
  return {
    ...(turn.length > 0 && { turn: around(turn, 'turn') }),
    ...(commit.length > 0 && { commit: around(commit, 'commit') }),
    ...(incoming.length > 0 && { incoming: inward(incoming) }),
    ...(outgoing.length > 0 && { outgoing: outward(outgoing) }),
  }
}

type Around = 'turn' | 'commit'

const around =
  (layers: readonly Middleware[], method: Around): NonNullable<Chain[Around]> =>
  (turn, work) =>
    layers.reduceRight<() => Promise<void>>((inner, layer) => () => through(layer, method, turn, inner), work)()

/** What is within can't be left out, be done twice, be left behind, or have its failure hidden. */
async function through(
  layer: Middleware,
  method: Around,
  turn: TurnContext,
  inner: () => Promise<void>,
): Promise<void> {
  let done: Promise<void> | undefined
  const next = () => {
    if (done) throw new Error(`The middleware "${layer.name}" called next() a second time: call it once`)
    done = inner()
    done.catch(() => {})
    return done
  }
  try {
    await layer[method]?.(turn, next)
  } finally {
    await done
  }
  if (!done) throw new Error(`The middleware "${layer.name}" did not call next(), so that nothing was handled`)
}

const inward =
  (layers: readonly Middleware[]): NonNullable<Chain['incoming']> =>
  async (message, context) => {
    let heard: HeardMessage | undefined = message
    for (const layer of layers) {
      heard = (await layer.incoming?.(heard, context)) ?? undefined
      if (!heard) return undefined
    }
    return heard
  }

const outward =
  (layers: readonly Middleware[]): NonNullable<Chain['outgoing']> =>
  async (said, turn) => {
    let outgoing = said
    for (const layer of layers) outgoing = (await layer.outgoing?.(outgoing, turn)) ?? outgoing
    return outgoing
  }
