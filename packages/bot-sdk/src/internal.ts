/**
 * What sibling packages measure and build on: the engine, and turns without a connection. Bots use `@daakia/bot-sdk`.
 *
 * @module
 */
export { xstateEngine } from './engine/engine.js'
export type { Engine, Run } from './engine/port.js'
export type { TurnServer } from './turn/port.js'
export { TurnRunner } from './turn/turn-runner.js'
export { TurnSurroundings } from './turn/turn-surroundings.js'
