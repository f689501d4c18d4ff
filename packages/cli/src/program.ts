import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { archive } from './archive/archive.js'
import { backup } from './archive/backup.js'
import { exportData } from './archive/export.js'
import { importData } from './archive/import.js'
import { migrate } from './archive/migrate.js'
import { restore } from './archive/restore.js'
import { verify } from './archive/verify.js'
import { verifyArchive } from './archive/verify-archive.js'
import { chat } from './chat/chat.js'
import { checkDeploy } from './check-deploy/check-deploy.js'
import { addArchive } from './commands/archive.js'
import { addBackup } from './commands/backup.js'
import { addChat } from './commands/chat.js'
import { addCheckDeploy } from './commands/check-deploy.js'
import { addDeadLetters } from './commands/dead-letters.js'
import { addExport } from './commands/export.js'
import { addImport } from './commands/import.js'
import { addMigrate } from './commands/migrate.js'
import { addParked } from './commands/parked.js'
import { addPasswd } from './commands/passwd.js'
import { addRestore } from './commands/restore.js'
import { addServe } from './commands/serve.js'
import { addSessions } from './commands/sessions.js'
import { addToken } from './commands/token.js'
import { addTranscript } from './commands/transcript.js'
import { addVerify } from './commands/verify.js'
import { addVerifyArchive } from './commands/verify-archive.js'
import { dropDeadLetters, listDeadLetters, retryDeadLetters, showDeadLetter } from './dead-letters/dead-letters.js'
import { type Io, processIo, type Status } from './io.js'
import { dropParked, listParked, retryParked, showParked } from './parked/parked.js'
import { passwd } from './passwd/passwd.js'
import { serve } from './serve/serve.js'
import { endSessions, listSessions } from './sessions/sessions.js'
import { token } from './token/token.js'
import { transcript } from './transcript/transcript.js'

/** Runs `daakia` with these arguments, the words after its name. */
export const run = async (words: readonly string[], io: Io = processIo): Promise<Status> => {
  let status: Status = 0
  const done = (result: Status) => {
    status = result
  }
  try {
    await programOf(io, done).parseAsync(words, { from: 'user' })
    return status
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    throw error
  }
}

const programOf = (io: Io, done: (status: Status) => void): Command => {
  const program = new Command('daakia')
    .description('Conversational bots over MQTT: a server, and what one needs to run it and to talk with it.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('Run it with --help to see what it takes.')
    .configureOutput({ writeOut: (text) => io.output.write(text), writeErr: (text) => io.errors.write(text) })
    .exitOverride()
  const command = <Options>(does: (options: Options, io: Io) => Promise<Status>) => {
    return async (options: Options) => done(await does(options, io))
  }
  addServe(program, command(serve))
  addPasswd(program, command(passwd))
  addToken(program, command(token))
  addChat(program, command(chat))
  addCheckDeploy(program, command(checkDeploy))
  addDeadLetters(program, {
    list: command(listDeadLetters),
    show: command(showDeadLetter),
    retry: command(retryDeadLetters),
    drop: command(dropDeadLetters),
  })
  addParked(program, {
    list: command(listParked),
    show: command(showParked),
    retry: command(retryParked),
    drop: command(dropParked),
  })
  addTranscript(program, command(transcript))
  addSessions(program, { list: command(listSessions), end: command(endSessions) })
  addArchive(program, command(archive))
  addBackup(program, command(backup))
  addRestore(program, command(restore))
  addExport(program, command(exportData))
  addImport(program, command(importData))
  addVerify(program, command(verify))
  addVerifyArchive(program, command(verifyArchive))
  addMigrate(program, command(migrate))
  return program
}

const version = (): string => JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
