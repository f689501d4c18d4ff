import { resolve } from 'node:path'
import { isClientId } from '@daakia/protocol'
import { type PasswordChange, setPassword } from '@daakia/server'
import { type Io, processIo, type Status } from '../io.js'
import { askSecret } from './ask.js'

export interface PasswdOptions {
  /** The password file; made where it does not exist. */
  file: string
  vendor: string
  client: string
  /** It speaks for the vendor itself. */
  role?: 'vendor'
  /** Takes the client out of the file. */
  delete?: boolean
}

/**
 * Sets the password of a client in a password file: asked for twice at a terminal, else the first line of the input.
 *
 * @returns 0; 1 where it could not, which is told on `io.errors`
 */
export const passwd = async (options: PasswdOptions, io: Io = processIo): Promise<Status> => {
  try {
    io.output.write(`${await change(options, io)}\n`)
    return 0
  } catch (error) {
    io.errors.write(`${error instanceof Error ? error.message : error}\n`)
    return 1
  }
}

const change = async ({ vendor, client, role, file, ...options }: PasswdOptions, io: Io): Promise<string> => {
  checkName('vendor', vendor)
  checkName('client', client)
  const password = options.delete ? undefined : await askSecret('password', io)
  const done = await set(resolve(io.folder, file), { vendor, client, ...(role && { role }) }, password)
  return told(done, `${client} of ${vendor}`, file)
}

const set = (...[file, identity, password]: Parameters<typeof setPassword>): Promise<PasswordChange> =>
  setPassword(file, identity, password).catch((error: NodeJS.ErrnoException) => {
    throw error.code ? new RangeError(`${file} can't be written (${error.code}). It is as it was.`) : error
  })

const told = (done: PasswordChange, who: string, file: string): string => {
  if (done === 'unknown') throw new RangeError(`${who} is not in ${file}.`)
  if (done === 'removed') return `${who} is not in ${file} any more.`
  return `${who} has ${done === 'added' ? 'a' : 'another'} password in ${file}. A server that runs takes it on SIGHUP.`
}

const checkName = (what: string, name: string): void => {
  if (!isClientId(name))
    throw new RangeError(`${JSON.stringify(name)} can't name a ${what}: that takes 1 to 128 of A-Z a-z 0-9 . _ @ -`)
}
