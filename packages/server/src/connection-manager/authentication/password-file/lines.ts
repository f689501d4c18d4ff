import { isClientId } from '@daakia/protocol'
import type { Identity } from '../../../identity.js'
import { type PasswordHash, parseHash } from './hash.js'

/** Somebody whom a password file names. */
export interface PasswordEntry {
  identity: Identity
  hash: PasswordHash
}

/** Who is in a password file, by `vendor/client`. */
export type PasswordEntries = ReadonlyMap<string, PasswordEntry>

/** A line of a password file is none. */
export class BrokenLine extends Error {
  override readonly name = 'BrokenLine'

  constructor(
    /** The first one is 1. */
    readonly line: number,
    problem: string,
  ) {
    super(problem)
  }
}

export const userOf = ({ vendor, client }: Identity): string => `${vendor}/${client}`

/**
 * Reads `vendor/client:hash` lines, with `:vendor` behind the hash of who has the role of its vendor. Blank lines, and
 * those that begin with `#`, mean nothing.
 *
 * @throws BrokenLine, which says nothing of what is in the line
 */
export const parsePasswordFile = (text: string): PasswordEntries => {
  const entries = new Map<string, PasswordEntry>()
  text.split('\n').forEach((each, index) => {
    const line = each.trim()
    if (line === '' || line.startsWith('#')) return
    const entry = parseLine(line, index + 1)
    const user = userOf(entry.identity)
    if (entries.has(user)) throw new BrokenLine(index + 1, 'it names a client that an earlier line names')
    entries.set(user, entry)
  })
  return entries
}

/** Whether a line, broken or not, is about this client. */
export const isLineOf = (line: string, identity: Identity): boolean => line.trim().startsWith(`${userOf(identity)}:`)

/** A line of a password file, for a hash as `hashPassword` makes it. */
export const formatPasswordLine = (identity: Identity, hash: string): string =>
  `${userOf(identity)}:${hash}${identity.role ? `:${identity.role}` : ''}`

const parseLine = (line: string, number: number): PasswordEntry => {
  const [user = '', text = '', role, ...rest] = line.split(':')
  const [vendor = '', client = '', ...more] = user.split('/')
  if (!isClientId(vendor) || !isClientId(client) || more.length > 0)
    throw new BrokenLine(number, 'it does not begin with vendor/client, each 1 to 128 of A-Z a-z 0-9 . _ @ -')
  const hash = parseHash(text)
  if (!hash) throw new BrokenLine(number, 'after vendor/client: it needs $scrypt$ln=…,r=…,p=…$salt$hash')
  if (rest.length > 0 || (role !== undefined && role !== 'vendor'))
    throw new BrokenLine(number, 'after the hash there may only be :vendor')
  return { identity: { vendor, client, ...(role !== undefined && { role }) }, hash }
}
