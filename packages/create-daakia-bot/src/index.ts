/**
 * Writes new Daakia projects: what `npm create daakia-bot` does, for programs.
 *
 * @module
 */
export { Failure } from './failure.js'
export { nextSteps } from './next-steps.js'
export { type ScaffoldOptions, scaffold } from './scaffold.js'
export type { Target } from './target.js'
