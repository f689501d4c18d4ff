import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { type FileHandle, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isClientId } from '@daakia/protocol'
import { OptionsError } from '../../../errors.js'
import type { Identity } from '../../../identity.js'
import { hashPassword } from './hash.js'
import { formatPasswordLine, isLineOf } from './lines.js'

/** What `setPassword` has done. `unknown`: there was nobody to remove. */
export type PasswordChange = 'added' | 'changed' | 'removed' | 'unknown'

/**
 * Writes a client's password into a password file, which is made where it does not exist; or removes the client, where
 * there is no password. The other lines stay as they are. The file is replaced as a whole, so a server reads the old
 * one or the new one. A new file is its owner's alone to read; one that was there stays its owner's and its group's.
 *
 * @throws OptionsError for a name that is none, or an empty password; the system's error where the file can't be
 * read or written: it is then as it was
 */
export const setPassword = async (
  file: string,
  identity: Identity,
  password: string | undefined,
): Promise<PasswordChange> => {
  check(identity, password)
  const target = await realpath(file).catch(() => file)
  const lines = await linesOf(target)
  const index = lines.findIndex((line) => isLineOf(line, identity))
  if (password === undefined && index < 0) return 'unknown'
  const line = password === undefined ? [] : [formatPasswordLine(identity, await hashPassword(password))]
  if (index < 0) lines.push(...line)
  else lines.splice(index, 1, ...line)
  await replace(target, lines.map((each) => `${each}\n`).join(''))
  if (password === undefined) return 'removed'
  return index < 0 ? 'added' : 'changed'
}

const check = ({ vendor, client }: Identity, password: string | undefined): void => {
  for (const [option, name] of Object.entries({ vendor, client }))
    if (!isClientId(name)) throw new OptionsError(option, `The ${option} must be 1 to 128 of A-Z a-z 0-9 . _ @ -`)
  if (password === '') throw new OptionsError('password', 'The password must not be empty')
}

const linesOf = async (file: string): Promise<string[]> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Puts the text in the file's place once all of it is on disk. */
const replace = async (file: string, text: string): Promise<void> => {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`
  const before = await stat(file).catch(() => undefined)
  try {
    await flushed(await open(temporary, 'wx', 0o600), async (handle) => {
      await handle.writeFile(text)
      if (before) await give(handle, before)
    })
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await flushed(await open(dirname(file), 'r'), async () => {})
}

/** The server that reads the file may run under another name than the one who edits it. */
const give = async (handle: FileHandle, { uid, gid, mode }: Stats): Promise<void> => {
  await handle.chown(uid, gid)
  await handle.chmod(0o600 | (mode & 0o040))
}

const flushed = async (handle: FileHandle, work: (handle: FileHandle) => Promise<void>): Promise<void> => {
  try {
    await work(handle)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
