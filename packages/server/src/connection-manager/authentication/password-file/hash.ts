import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** What guessing a password costs (RFC 7914): 2^ln rounds, of blocks of r, p times over. */
export interface HashCost {
  ln: number
  r: number
  p: number
}

/** A password's hash, taken apart. */
export interface PasswordHash extends HashCost {
  salt: Uint8Array
  hash: Uint8Array
}

/** 32 MiB, three times over: as strong as the OWASP Password Storage Cheat Sheet asks for. */
export const defaultHashCost: HashCost = { ln: 15, r: 8, p: 3 }

/** What a line of a file may make this server spend on one guess. */
const most = { ln: 20, r: 32, p: 16, memoryBytes: 256 * 1024 * 1024 }
const saltBytes = 16
const hashBytes = 32

/**
 * The hash of a password for a password file: `$scrypt$ln=15,r=8,p=3$salt$hash`, salt and hash in base 64.
 *
 * Takes about a quarter of a second, in the thread pool.
 *
 * @throws RangeError for a cost that the server would not take
 */
export const hashPassword = async (password: string, cost: HashCost = defaultHashCost): Promise<string> => {
  if (!isAffordable(cost)) throw new RangeError('The cost of the hash is out of range')
  const salt = randomBytes(saltBytes)
  const hash = await derive(password, { ...cost, salt }, hashBytes)
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${toText(salt)}$${toText(hash)}`
}

/** Whether it is the password of the hash; as long as that takes for every password. */
export const verifyPassword = async (password: Uint8Array, known: PasswordHash): Promise<boolean> =>
  timingSafeEqual(await derive(password, known, known.hash.length), known.hash)

/** As `hashPassword` writes it; `undefined` where it is no such text. */
export const parseHash = (text: string): PasswordHash | undefined => {
  const [, ln, r, p, salt, hash] = layout.exec(text) ?? []
  if (salt === undefined || hash === undefined) return undefined
  const parsed = { ln: Number(ln), r: Number(r), p: Number(p), salt: fromText(salt), hash: fromText(hash) }
  return isAffordable(parsed) && parsed.hash.length >= 16 ? parsed : undefined
}

/** A hash that no password has, and that takes as long to find that out. */
export const unguessable = (cost: HashCost): PasswordHash => ({
  ln: cost.ln,
  r: cost.r,
  p: cost.p,
  salt: randomBytes(saltBytes),
  hash: randomBytes(hashBytes),
})

const layout = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,88})\$([A-Za-z0-9+/]{22,88})$/

const isAffordable = ({ ln, r, p }: HashCost): boolean =>
  isWithin(ln, most.ln) && isWithin(r, most.r) && isWithin(p, most.p) && memoryOf({ ln, r, p }) <= most.memoryBytes

const isWithin = (value: number, maximum: number): boolean => Number.isInteger(value) && value >= 1 && value <= maximum

/** RFC 7914, section 6: 128 × N × r, and 128 × r × p beside it. */
const memoryOf = ({ ln, r, p }: HashCost): number => 128 * r * (2 ** ln + p)

const derive = (
  password: string | Uint8Array,
  { ln, r, p, salt }: HashCost & { salt: Uint8Array },
  length: number,
): Promise<Buffer> => {
  const options = { N: 2 ** ln, r, p, maxmem: memoryOf({ ln, r, p }) + 1024 * 1024 }
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

const toText = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

const fromText = (text: string): Buffer => Buffer.from(text, 'base64')
