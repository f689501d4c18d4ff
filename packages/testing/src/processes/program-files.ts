import { fileURLToPath } from 'node:url'

/** The programs that run as processes of their own. */
export interface ProgramFiles {
  server: string
  bot: string
}

/** Where they are: beside this, in a build. */
export const programFiles = async (): Promise<ProgramFiles> => ({
  server: fileURLToPath(new URL('./server-process.js', import.meta.url)),
  bot: fileURLToPath(new URL('./bot-process.js', import.meta.url)),
})
