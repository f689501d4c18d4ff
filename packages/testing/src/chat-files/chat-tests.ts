import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { AnyStateMachine } from 'xstate'
import { checkGivenOptions } from '../check-options.js'
import { callSite } from '../failure/call-site.js'
import { called, checking } from '../failure/misuse.js'
import { retold } from '../failure/retold.js'
import { Given, isUrl } from '../given.js'
import { sceneOf } from '../harness.js'
import type { HarnessOptions } from '../harness-options.js'
import { ChatFile, type OpenScene } from './chat-file.js'

/**
 * Makes a test of each chat file, `*.chat`, in a folder. `vitest -u` writes into them how their conversations go: begin
 * one with what people say, and read what comes of it.
 *
 * @param folder a file URL, or a path
 * @throws Error where the folder has no chat file, or is none; TypeError, RangeError where an option can't be used
 * @example
 * // test/conversations.test.ts, beside test/conversations/hello.chat
 * chatTests(new URL('./conversations/', import.meta.url), { bot: order })
 */
export const chatTests = <TMachine extends AnyStateMachine>(
  folder: URL | string,
  options: HarnessOptions<TMachine>,
): void => {
  const site = callSite(chatTests)
  const paths = called(chatTests, () => {
    new Given('chatTests').is(folder, isFolder, write)
    checkGivenOptions('chatTests', options, write)
    return checking(() => chatFilesIn(typeof folder === 'string' ? folder : fileURLToPath(folder)))
  })
  const open: OpenScene = (beginning) => sceneOf({ ...options, ...beginning }, site)
  for (const path of paths) test(basename(path), () => testFile(path, open))
}

const write = "chatTests(new URL('./conversations/', import.meta.url), { bot })"

const isFolder = (given: unknown): boolean =>
  (typeof given === 'string' && given !== '') || (isUrl(given) && given.protocol === 'file:')

/** @throws Error where there are none */
const chatFilesIn = (folder: string): readonly string[] => {
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw new Error(`${folder} is a file: name the folder of chat files, and each of them is a test`)
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.chat')) : []
  if (names.length === 0)
    throw new Error(`${folder} has no chat file: write one, hello.chat, with the line "ana> hello"`)
  return names.sort().map((name) => join(folder, name))
}

const testFile = async (path: string, open: OpenScene): Promise<void> => {
  const file = new ChatFile(path, readFileSync(path, 'utf8'))
  if (file.ignoresTheRest) return file.play(open)
  const actual = await file.record(open).catch(() => undefined)
  if (actual === file.written) return
  // Writes the file where the runner was told to update; else it fails.
  if (actual !== undefined && (await isWritten(actual, path))) return
  await file.play(open).catch((error) => {
    throw actual === undefined ? error : retold(error, (message) => `${message}\n${howToWriteIt}`)
  })
}

const howToWriteIt = 'With --update this command writes into the file how it goes now.'

const isWritten = (content: string, path: string): Promise<boolean> =>
  expect(content)
    .toMatchFileSnapshot(path)
    .then(
      () => true,
      () => false,
    )
