/** Runs a file of tests that fail, and prints how each one did, as JSON: its name, and the errors that vitest shows. */
import { startVitest } from 'vitest/node'

const [file = ''] = process.argv.slice(2)
const vitest = await startVitest('test', [], {
  ...{ root: process.cwd(), include: [file], watch: false, reporters: [{}], coverage: { enabled: false } },
})
const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()])
const told = tests.map((test) => ({
  name: test.name,
  errors: test.result().errors?.map(({ message, stacks = [] }) => ({ message, stacks })) ?? [],
}))
console.log(JSON.stringify(told))
await vitest.close()
process.exitCode = 0
