/**
 * Coverage of bots, for vitest's configuration.
 *
 * @module
 */
export type { CoverageOptions, CoverageReport, Figures } from './coverage/options.js'
export { botCoverage } from './coverage/plugin.js'
