import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type Bot, isBot } from '@daakia/bot-sdk'

/** It lies in one large file of CommonJS, which `import` would read once more for the names that it exports. */
const { createJiti } = createRequire(import.meta.url)('jiti') as typeof import('jiti')

/**
 * Runs modules, in JavaScript or TypeScript, and answers with the bots that they export.
 *
 * @throws TypeError naming the module that can't be run
 */
export const loadBots = async (modules: readonly string[]): Promise<readonly Bot[]> => {
  const bots: Bot[] = []
  for (const module of modules) bots.push(...Object.values(await run(module)).filter(isBot))
  return bots
}

/** @throws TypeError where there is none, with what there is */
export const botOf = (id: string, bots: readonly Bot[], modules: readonly string[]): Bot => {
  const found = bots.find((bot) => bot.id === id)
  if (found) return found
  const others =
    [...new Set(bots.map((bot) => `"${bot.id}"`))].join(', ') || 'no bot at all: what makes one is not called there'
  const where = modules.map(pathOf).join(', ')
  throw new TypeError(`modules: ${where} must export the bot "${id}", and there is ${others}`)
}

const run = async (module: string): Promise<Record<string, unknown>> => {
  const path = pathOf(module)
  if (!existsSync(path)) throw new TypeError(`modules: there is no file ${path}`)
  try {
    return await jitiFor(module, await virtualModules()).import<Record<string, unknown>>(path)
  } catch (error) {
    throw new TypeError(`modules: ${path} can't be run: ${stackOf(error)}`)
  }
}

/** A bot is run by the copy of the SDK that has made it: this one. */
const virtualModules = async () => ({
  '@daakia/bot-sdk': await import('@daakia/bot-sdk'),
  xstate: await import('xstate'),
})

const jitiFor = (module: string, virtualModules: Record<string, unknown>) =>
  createJiti(module, { interopDefault: false, tsconfigPaths: true, virtualModules })

const pathOf = (module: string): string => fileURLToPath(module)

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
