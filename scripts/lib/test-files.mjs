import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'

/** What changes modules or globals for all that comes after it in the process. */
const changesForAll = /\bvi\.(mock|doMock|stubGlobal|resetModules|useFakeTimers)\(|\.setGlobal\w+\(|process\.on\(/

/**
 * The files of tests that change what other tests in the process would see: they need a process of their own.
 *
 * @returns {string[]} paths from the root of the repository
 */
export const filesThatNeedAProcess = () =>
  filesOfTests().filter((file) => isTest(file) && changesForAll.test(readFileSync(join(root, file), 'utf8')))

/** What gives hooks to whatever file of tests is the first to load the module. */
const hooksWhereLoaded = /^(before|after)(Each|All)\(/m

/**
 * The modules that tests share and that register hooks where they are loaded: as files share processes, only the first
 * file of a process would get them. There must be none: `onTestFinished`, or a function that each file calls, does it.
 *
 * @returns {string[]} paths from the root of the repository
 */
export const helpersWithHooks = () =>
  filesOfTests().filter((file) => !isTest(file) && hooksWhereLoaded.test(readFileSync(join(root, file), 'utf8')))

/** @param {string} file */
const isTest = (file) => file.endsWith('.test.ts')

const filesOfTests = () =>
  ['packages', 'examples', '.']
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(group, name, 'test')))
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => filesBelow(folder))
    .filter((file) => file.endsWith('.ts'))

/** @param {string} folder */
const filesBelow = (folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file))
