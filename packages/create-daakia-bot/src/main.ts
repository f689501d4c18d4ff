import { Command, CommanderError } from 'commander'
import { askForName } from './ask.js'
import { Failure } from './failure.js'
import { nextSteps } from './next-steps.js'
import { ownVersion } from './own-version.js'
import { scaffold } from './scaffold.js'

/** Runs the command with Node's `argv` and answers its exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  const version = await ownVersion()
  try {
    await program(version).parseAsync([...argv])
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    if (!(error instanceof Failure)) throw error
    console.error(error.message)
    return 1
  }
}

function program(version: string): Command {
  return new Command('create-daakia-bot')
    .description('Makes a new Daakia bot: a conversation, its test, and a server to try it on.')
    .argument('[path]', 'folder of the new project; its last part is the name of the bot')
    .version(version)
    .addHelpText('after', '\nExample:\n  npm create daakia-bot my-bot')
    .exitOverride()
    .action((path?: string) => create(path, version))
}

async function create(path: string | undefined, version: string): Promise<void> {
  const chosen = path ?? (await askWhereAsked())
  if (chosen === undefined) return
  console.log(nextSteps(await scaffold({ path: chosen, version }), process.cwd()))
}

/** A script has nobody to ask. */
async function askWhereAsked(): Promise<string | undefined> {
  if (process.stdin.isTTY && process.stdout.isTTY) return askForName()
  throw new Failure('Say where the project goes: npm create daakia-bot my-bot')
}
