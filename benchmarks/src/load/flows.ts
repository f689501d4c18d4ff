import type { Batch } from './batch.js'
import { Flow } from './flow.js'
import type { Link } from './link.js'
import type { Rate } from './rate.js'
import type { Rig } from './rig.js'

export interface FlowPlan {
  /** Take turns. */
  publishers: readonly Link[]
  subscribers: readonly Link[]
  batches: readonly Batch[]
  /** Times that each message is delivered, over all subscribers. */
  copies: number
  /** Batches under way. */
  window: number
}

const progressCheckMs = 500

/** Runs flows at full speed: deliveries per second, and notes where some were lost. */
export const runFlows = async (rig: Rig, plans: readonly FlowPlan[]): Promise<{ rate: Rate; notes: string[] }> => {
  const flows = plans.map((plan) => flowOf(rig, plan))
  for (const flow of flows) flow.pump()
  const watch = setInterval(() => {
    for (const flow of flows) flow.checkProgress()
  }, progressCheckMs)
  try {
    const rate = await rig.rate(() => flows.reduce((sum, flow) => sum + flow.arrivals, 0))
    return { rate, notes: lossNotes(flows) }
  } finally {
    clearInterval(watch)
    for (const flow of flows) flow.stop()
  }
}

const flowOf = (rig: Rig, { publishers, subscribers, batches, copies, window }: FlowPlan): Flow => {
  const messages = window * (batches[0] as Batch).messages
  const flow = new Flow({ batches, copies, window: messages, write: inTurn(publishers) })
  for (const subscriber of subscribers) {
    const counter = rig.dialect.counter()
    subscriber.receive = (bytes, end) => {
      const count = counter.count(bytes, end)
      if (count > 0) flow.arrived(count)
    }
  }
  return flow
}

const inTurn = (links: readonly Link[]): ((bytes: Uint8Array) => void) => {
  let turn = 0
  return (bytes) => {
    ;(links[turn] as Link).write(bytes)
    turn = turn + 1 === links.length ? 0 : turn + 1
  }
}

const lossNotes = (flows: readonly Flow[]): string[] => {
  const lost = Math.max(...flows.map((flow) => flow.lost))
  return lost > 0 ? [`lost ${(lost * 100).toFixed(lost < 0.01 ? 2 : 0)} %`] : []
}
