import type { TurnMoment } from './crash-point.js'

type Reach<TPoint> = (moment: TurnMoment, point: TPoint) => void | Promise<void>

/** Hooks of a bot or a server that all call the same. */
export const hooksAt = <TPoint>(reach: Reach<TPoint>): Record<TurnMoment, (point: TPoint) => void | Promise<void>> => ({
  'turn.leased': (point) => reach('turn.leased', point),
  'turn.commit': (point) => reach('turn.commit', point),
  'turn.checkpointed': (point) => reach('turn.checkpointed', point),
  'turn.committed': (point) => reach('turn.committed', point),
})
