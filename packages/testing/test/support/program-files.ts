import { bundle, type Change } from '../../../../scripts/lib/bundle.mjs'
import { testFolder } from '../../../../scripts/lib/test-folder.mjs'
import type { ProgramFiles } from '../../src/processes/program-files.js'

const folder = testFolder()

/** The programs of the sources, bundled; the one of the server can be changed, to show that a test notices that. */
export const bundled = async (changesOfServer: readonly Change[] = []): Promise<ProgramFiles> => {
  const name = changesOfServer.length === 0 ? 'server' : 'broken-server'
  const programs = 'packages/testing/src/processes/program'
  const [run, server, bot] = await Promise.all([
    bundle(`${programs}/run.ts`, `${folder}/programs/run.cjs`),
    bundle(`${programs}/server.ts`, `${folder}/programs/${name}.cjs`, changesOfServer),
    bundle(`${programs}/bot.ts`, `${folder}/bot.mjs`),
  ])
  return { run, server, bot }
}

/** A program that sets scenes in processes, bundled beside those that run in them. */
export const bundledBeside = async (program: string): Promise<string> => {
  await bundled()
  const bot = { module: 'processes/program-files.ts', text: './bot-process.js', instead: './bot.mjs' }
  return bundle(program, `${folder}/program.mjs`, [bot])
}

let files: Promise<ProgramFiles> | undefined

export const programFiles = (): Promise<ProgramFiles> => {
  files ??= bundled()
  return files
}
