#!/usr/bin/env node
import process from 'node:process'
import { nodeProblem } from './node-version.js'

const problem = nodeProblem(process.versions.node)
if (problem) {
  console.error(problem)
  process.exitCode = 1
} else {
  // Loaded only now: what it builds on does not even parse on a Node that is too old.
  const { main } = await import('./main.js')
  process.exitCode = await main(process.argv)
}
