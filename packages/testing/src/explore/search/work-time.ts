/** Who waits for something else gets that many times as long. */
const patience = 10

/**
 * Measures the seconds of a search, from now on: those in which this process worked, so that a machine that is busy with other
 * things finds as much as one that is not.
 */
export const startWorkTime = (): (() => number) => {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return Math.max((user + system) / 1e6, (performance.now() - startedAt) / 1e3 / patience)
  }
}
