import { fileURLToPath } from 'node:url'

/** The programs that run as processes of their own. */
export interface ProgramFiles {
  /** Runs the one of the server. */
  run: string
  server: string
  bot: string
}

/** Where they are: beside this, in a build. */
export const programFiles = async (): Promise<ProgramFiles> => ({
  run: fileURLToPath(new URL('./programs/run.cjs', import.meta.url)),
  server: fileURLToPath(new URL('./programs/server.cjs', import.meta.url)),
  bot: fileURLToPath(new URL('./bot-process.js', import.meta.url)),
})
