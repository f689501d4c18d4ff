/**
 * Values of tables as JSON, exactly. What JSON does not know is an object with one field whose name begins with `$`:
 * bytes are `{ "$text": … }` where they are text in UTF-8, else `{ "$base64": … }`. A field of the data that begins with
 * `$` gets another one.
 */
export const toJson = (value: unknown): unknown => {
  if (typeof value === 'number') return exactNumber(value)
  if (typeof value === 'bigint') return { $bigint: String(value) }
  if (value === undefined) return { $undefined: true }
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return bytesToJson(value)
  if (Array.isArray(value)) return value.map(toJson)
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [escaped(name), toJson(each)]))
}

/** @throws SyntaxError, whose message is the end of a sentence, where no value looks so */
export const fromJson = (json: unknown): unknown => {
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) return json.map(fromJson)
  const entries = Object.entries(json)
  const [name, content] = entries[0] ?? []
  if (name?.startsWith('$') && !name.startsWith('$$')) return special(name, content, entries.length)
  return Object.fromEntries(entries.map(([name, each]) => [unescaped(name), fromJson(each)]))
}

const exactNumber = (value: number): unknown =>
  Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? '-0' : String(value) }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const bytesToJson = (bytes: Uint8Array): unknown => {
  try {
    return { $text: utf8.decode(bytes) }
  } catch {
    return { $base64: Buffer.from(bytes).toString('base64') }
  }
}

const escaped = (name: string): string => (name.startsWith('$') ? `$${name}` : name)

const unescaped = (name: string): string => {
  if (!name.startsWith('$')) return name
  if (name.startsWith('$$')) return name.slice(1)
  throw new SyntaxError(`has ${name} beside other fields`)
}

const special = (name: string, content: unknown, fields: number): unknown => {
  if (fields > 1) throw new SyntaxError(`has ${name} beside other fields`)
  if (name === '$undefined' && content === true) return undefined
  if (typeof content === 'string') {
    if (name === '$text') return new TextEncoder().encode(content)
    if (name === '$base64' && isBase64(content)) return new Uint8Array(Buffer.from(content, 'base64'))
    if (name === '$number' && ['NaN', 'Infinity', '-Infinity', '-0'].includes(content)) return Number(content)
    if (name === '$bigint' && /^-?\d+$/.test(content)) return BigInt(content)
  }
  throw new SyntaxError(`has ${name} with ${JSON.stringify(content)}`)
}

const isBase64 = (text: string): boolean => Buffer.from(text, 'base64').toString('base64') === text
