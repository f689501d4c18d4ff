let vitest: typeof import('vitest') | undefined

// Loaded with this module: a test may end before what it calls has loaded it.
if (process.env.VITEST)
  import('vitest').then(
    (loaded) => {
      vitest = loaded
    },
    () => {},
  )

/**
 * Has a look when the test of vitest that is running ends. What is found fails it, unless it has failed already. Of tests
 * that run at the same time it is not known which one it is, nor is there one where several share what is looked at.
 *
 * @param look answers with what is wrong
 * @returns whether it will look
 */
export const atEndOfTest = (look: () => Promise<Error | undefined>): boolean => {
  const test = vitest?.TestRunner.getCurrentTest()
  if (!vitest || !test || test.concurrent) return false
  vitest.onTestFinished(async () => {
    const failure = await look()
    if (failure && test.result?.state !== 'fail') throw failure
  })
  return true
}
