import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Bot, checkState } from '@daakia/bot-sdk'
import { createJiti } from 'jiti'
import { moduleProblem } from '../config/load-problem.js'

/** A bot, and what tells whether a state fits it: of the package that the bot's own module builds on. */
export interface LoadedBot {
  bot: Bot
  checkState: typeof checkState
}

/** Why there is no bot to be had of a module. */
export class BotModuleError extends Error {
  override readonly name = 'BotModuleError'
}

export interface BotModule {
  /** A file in JavaScript or TypeScript. */
  module: string
  /** Which of its exports the bot is; may be left out where there is only one. */
  export?: string
}

/**
 * Runs a module, and answers with the bot that it exports.
 *
 * @throws BotModuleError
 */
export const loadBot = async ({ module, export: name }: BotModule, folder: string): Promise<LoadedBot> => {
  const file = resolve(folder, module)
  if (!existsSync(file)) throw new BotModuleError(`There is no file ${file}.`)
  const sdk = await sdkOf(file)
  const exported = await importModule(file, sdk).catch((error: unknown) => {
    throw new BotModuleError(`${file} can't be run: ${moduleProblem(error, file)}`)
  })
  return { bot: botIn(exported, { file, name, isBot: sdk.isBot }), checkState: sdk.checkState }
}

type Sdk = Pick<typeof import('@daakia/bot-sdk'), 'checkState' | 'isBot'> & { own: boolean }

/** The package as the module finds it; this command's own where there is none beside it, as in a bundle. */
const sdkOf = async (file: string): Promise<Sdk> => {
  const own = await import('@daakia/bot-sdk')
  const beside = pathOf('@daakia/bot-sdk', file)
  if (beside === undefined) return { ...own, own: true }
  const { checkState, isBot } = await import(pathToFileURL(beside).href)
  if (!checkState)
    throw new BotModuleError(`${beside} is too old to be checked: bring it to the version of this command.`)
  return { checkState, isBot, own: false }
}

const pathOf = (name: string, file: string): string | undefined => {
  try {
    return createRequire(file).resolve(name)
  } catch {
    return undefined
  }
}

const importModule = async (file: string, { own }: Sdk): Promise<Readonly<Record<string, unknown>>> => {
  const virtualModules = own
    ? { '@daakia/bot-sdk': await import('@daakia/bot-sdk'), xstate: await import('xstate') }
    : {}
  const jiti = createJiti(pathToFileURL(file).href, {
    moduleCache: false,
    fsCache: false,
    interopDefault: false,
    tsconfigPaths: true,
    virtualModules,
  })
  return jiti.import(file)
}

interface Sought {
  file: string
  name: string | undefined
  isBot: Sdk['isBot']
}

const botIn = (exported: Readonly<Record<string, unknown>>, { file, name, isBot }: Sought): Bot => {
  const names = Object.keys(exported).filter((each) => isBot(exported[each]))
  if (name !== undefined) return named(exported[name], { name, names, file, isBot })
  const [only, ...others] = new Set(names.map((each) => exported[each] as Bot))
  if (!only) throw new BotModuleError(`${file} exports no bot: export what \`bot({ … })\` answers.`)
  if (others.length === 0) return only
  throw new BotModuleError(`${file} exports several bots, ${names.join(', ')}: say which one with --export.`)
}

const named = (value: unknown, { name, names, file, isBot }: Sought & { names: readonly string[] }): Bot => {
  if (isBot(value)) return value
  const others = names.length > 0 ? `; its bots are ${names.join(', ')}` : ''
  const what = value === undefined ? 'has no export' : 'exports no bot as'
  throw new BotModuleError(`${file} ${what} ${name}${others}.`)
}
