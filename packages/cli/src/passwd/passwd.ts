import { resolve } from 'node:path'
import { isClientId } from '@daakia/protocol'
import { setPassword } from '@daakia/server'
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

const change = async ({ vendor, client, role, ...options }: PasswdOptions, io: Io): Promise<string> => {
  checkName('vendor', vendor)
  checkName('client', client)
  const file = resolve(io.folder, options.file)
  const password = options.delete ? undefined : await askSecret('password', io)
  await setPassword(file, { vendor, client, ...(role && { role }) }, password)
  const who = `${client} of ${vendor}`
  return options.delete ? `${who} is not in ${options.file} any more.` : `${who} has a password in ${options.file}.`
}

const checkName = (what: string, name: string): void => {
  if (!isClientId(name))
    throw new RangeError(`${JSON.stringify(name)} can't name a ${what}: that takes 1 to 128 of A-Z a-z 0-9 . _ @ -`)
}
