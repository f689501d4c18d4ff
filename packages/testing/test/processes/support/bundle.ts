import { bundle as bundleProgram, type Change } from '../../../../../scripts/lib/bundle.mjs'

/** Paths of programs, from the root of the repository. */
const programs = {
  server: 'packages/testing/test/processes/fixtures/server.ts',
  bot: 'packages/testing/test/processes/fixtures/bot.ts',
  failingBot: 'packages/testing/test/processes/fixtures/failing-bot.ts',
  handingBot: 'packages/testing/test/processes/fixtures/handing-bot.ts',
  payingBot: 'packages/testing/test/processes/fixtures/paying-bot.ts',
}

/** Bundles a program, and answers its path. It can be changed, to show that a test notices what is missing then. */
export const bundle = (program: keyof typeof programs, changes: readonly Change[] = []): Promise<string> => {
  const name = `${program}${changes.length > 0 ? '-broken' : ''}.mjs`
  return bundleProgram(programs[program], `daakia-processes/${process.pid}/${name}`, changes)
}
