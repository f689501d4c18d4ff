import { expect, test } from 'vitest'
import { nodeProblem } from '../src/node-version.js'

test.for(['18.20.4', '20.18.3', '16.0.0'])('Node %s is told that it is too old', (version) => {
  expect(nodeProblem(version)).toBe(`Daakia needs Node 20.19 or newer, and this is Node ${version}.`)
})

test.for(['20.19.0', '20.20.2', '22.0.0', '24.9.0', '26.1.0'])('Node %s will do', (version) => {
  expect(nodeProblem(version)).toBeUndefined()
})
