/**
 * What sibling packages measure, explore and build on: the engine, and turns without a connection. Bots use `@daakia/bot-sdk`.
 *
 * @module
 */
export { questionOf } from './asking/questions.js'
export { hostOf } from './composing/host.js'
export { connectInside } from './connect/connect.js'
export { aroundOf } from './engine/actor-system.js'
export { type Inside, xstateEngine } from './engine/engine.js'
export { guardName } from './engine/guard-name.js'
export { partsOf } from './engine/guard-parts.js'
export { knows } from './engine/known-events.js'
export { checkStart, type Start } from './engine/machine-at.js'
export { actorsOf, type NamedActor, namelessPromisesOf, withActors } from './engine/named-actors.js'
export type { Engine, Run, StoredRun, StoredTimer } from './engine/port.js'
export type {
  GuardAnswer,
  RefusedEvent,
  StatePath,
  Step,
  TakenTransition,
  TransitionName,
  Watch,
} from './engine/watch.js'
export {
  initialNodes,
  isMachine,
  type MachineNode,
  type NodeTransition,
  nameOfTransition,
} from './engine/xstate-internals.js'
export { chainOf } from './middleware/chain.js'
export { LeaseGone, type TurnServer } from './turn/port.js'
export { wantsToBeTold } from './turn/told.js'
export { TurnRunner } from './turn/turn-runner.js'
export { TurnSurroundings } from './turn/turn-surroundings.js'
