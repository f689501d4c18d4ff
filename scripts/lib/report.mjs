/**
 * The part of vitest's JSON report that counts.
 *
 * @typedef {object} Report
 * @property {{ name: string, status: string, message?: string, assertionResults: { fullName: string, status: string }[] }[]} testResults
 *
 * @typedef {object} Summary
 * @property {number} passed
 * @property {number} failed tests, and files that failed outside of their tests
 * @property {string[]} skipped names of the tests that did not run
 */

/**
 * @param {Report} report
 * @returns {Summary}
 */
export function summarise(report) {
  const tests = report.testResults.flatMap((file) => file.assertionResults)
  const broken = report.testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some(hasFailed))
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: tests.filter(hasFailed).length + broken.length,
    skipped: tests.filter((test) => !['passed', 'failed'].includes(test.status)).map((test) => test.fullName),
  }
}

/** @param {{ status: string }} test */
const hasFailed = (test) => test.status === 'failed'

/**
 * Why a run is not a success, as far as the counts do not tell it.
 *
 * @param {Summary} summary
 * @param {number | string} status of the runner
 * @returns {string[]}
 */
export function objections({ passed, failed, skipped }, status) {
  const found = skipped.map((name) => `skipped: ${name}`)
  if (passed + failed === 0) found.push('no test ran')
  if (status !== 0 && failed === 0) found.push(`the runner ended with ${status}: see the error above`)
  return found
}
