import { isAscii } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { Script } from 'node:vm'
import type { Beginning } from '../child.js'

/**
 * A program that runs another one, a file of CommonJS, as soon as it is told the code of it that a process before has compiled.
 * What it compiles itself can be had as `compiledCode`, a name that is there as `require` is.
 */

const program = process.argv[2] as string

/** What is all ASCII is text at once, and takes half of the memory. */
const textOf = (bytes: Buffer): string => bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8')

const run = ({ code }: Beginning): void => {
  const parameters = 'exports, require, module, __filename, __dirname, compiledCode'
  const script = new Script(`(function (${parameters}) {${textOf(readFileSync(program))}\n})`, {
    filename: program,
    ...(code && { cachedData: code }),
  })
  const module = { exports: {} }
  const compiledCode = () => script.createCachedData()
  script.runInThisContext()(module.exports, createRequire(program), module, program, dirname(program), compiledCode)
}

process.once('message', (told) => run(told as Beginning))
