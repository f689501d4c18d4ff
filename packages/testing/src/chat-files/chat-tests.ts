import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { AnyStateMachine } from 'xstate'
import { retold } from '../failure/retold.js'
import { harness } from '../harness.js'
import type { HarnessOptions } from '../harness-options.js'
import type { SceneChat } from '../scene/scene-chat.js'
import { ChatFile, type OpenScene } from './chat-file.js'

/**
 * Makes a test of each chat file, `*.chat`, in a folder. `vitest -u` writes into them how their conversations go: begin
 * one with what people say, and read what comes of it.
 *
 * @param folder a file URL, or a path
 * @throws Error where the folder has no chat file, or is none
 * @example
 * // test/conversations.test.ts, beside test/conversations/hello.chat
 * chatTests(new URL('./conversations/', import.meta.url), { bot: order })
 */
export const chatTests = <TMachine extends AnyStateMachine>(
  folder: URL | string,
  options: HarnessOptions<TMachine>,
): void => {
  const path = typeof folder === 'string' ? folder : fileURLToPath(folder)
  if (existsSync(path) && !statSync(path).isDirectory())
    throw new Error(`${path} is a file: name the folder of chat files, and each of them is a test`)
  const names = existsSync(path) ? readdirSync(path).filter((name) => name.endsWith('.chat')) : []
  if (names.length === 0) throw new Error(`${path} has no chat file: write one, hello.chat, with the line "ana> hello"`)
  const open: OpenScene = async (beginning) => (await harness({ ...options, ...beginning })) as unknown as SceneChat
  for (const name of names.sort()) test(name, () => testFile(join(path, name), open))
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
