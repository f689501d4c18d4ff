/** Runs a file of tests that fail, and prints how each one did, as JSON: its name, and the errors that vitest shows; then those that belong to none. */
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'

const [file = ''] = process.argv.slice(2)
const configs = { built: './vitest.built.config.ts', sources: '../../../../vitest.sources.config.ts' }
const config = fileURLToPath(new URL(process.env.PACKAGES ? configs.built : configs.sources, import.meta.url))
const vitest = await startVitest('test', [], {
  ...{ config, root: process.cwd(), include: [file], watch: false, reporters: [{}], coverage: { enabled: false } },
})
const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()])
const told = tests.map((test) => ({
  name: test.name,
  errors: test.result().errors?.map(({ message, stacks = [] }) => ({ message, stacks })) ?? [],
}))
const unhandled = vitest.state.getUnhandledErrors().map((error) => {
  const { type, message, stacks = [] } = /** @type {{ type: string, message: string, stacks?: unknown[] }} */ (error)
  return { name: type, errors: [{ message, stacks }] }
})
console.log(JSON.stringify([...told, ...unhandled]))
await vitest.close()
process.exitCode = 0
