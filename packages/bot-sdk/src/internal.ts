/**
 * What sibling packages measure and build on: the engine, and turns without a connection. Bots use `@daakia/bot-sdk`.
 *
 * @module
 */
export { connectInside } from './connect/connect.js'
export { type Inside, xstateEngine } from './engine/engine.js'
export { checkStart, type Start } from './engine/machine-at.js'
export type { Engine, Run, StoredRun, StoredTimer } from './engine/port.js'
export type { RefusedEvent, StatePath, Step, TakenTransition, Watch } from './engine/watch.js'
export type { TurnServer } from './turn/port.js'
export { TurnRunner } from './turn/turn-runner.js'
export { TurnSurroundings } from './turn/turn-surroundings.js'
