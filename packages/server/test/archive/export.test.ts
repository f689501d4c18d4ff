import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exportVendor } from '../../src/archive/export-vendor.js'
import { discardImports, importVendor } from '../../src/archive/import-vendor.js'
import { fromJson, toJson } from '../../src/archive/json-value.js'
import { tableNotes, vendorTables } from '../../src/archive/tables.js'
import { imports } from '../../src/archive/unfinished.js'
import { EmbeddedRetained } from '../../src/broker/embedded-retained.js'
import { EmbeddedInbox } from '../../src/inbox/embedded.js'
import { under } from '../../src/kv/keys.js'
import { openLmdb } from '../../src/kv/lmdb.js'
import type { KeyValue } from '../../src/kv/port.js'
import { packValue, unpackValue } from '../../src/kv/values.js'
import { EmbeddedStore } from '../../src/persistence/embedded.js'
import { createServer } from '../../src/server.js'
import { EmbeddedSessions } from '../../src/state/sessions/embedded.js'
import { accountsOf } from '../support/accounts.js'

let parent: string

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'daakia-export-'))
})

afterEach(() => rm(parent, { recursive: true }))

const path = (name: string): string => join(parent, name)

const withData = async <T>(name: string, work: (kv: KeyValue) => Promise<T>): Promise<T> => {
  const kv = await openLmdb({ folder: path(name) })
  try {
    return await work(kv)
  } finally {
    await kv.close()
  }
}

const exported = async (name: string, vendor = 'acme'): Promise<string> => {
  let text = ''
  for await (const lines of exportVendor({ folder: path(name), vendor })) text += lines
  return text
}

async function* chunksOf(text: string, size = 1_000): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const imported = (name: string, text: string) =>
  withData(name, (storage) => importVendor({ storage, from: chunksOf(text) }))

/** All entries of all tables that are a vendor's, or follow from these. */
const contents = (name: string): Promise<unknown> =>
  withData(name, async (kv) =>
    tableNotes
      .filter(({ keep }) => keep !== 'server')
      .map(({ table }) => [table.name, [...kv.range(table, under())].map(({ key, value }) => [key, toJson(value)])]),
  )

const json = fc.jsonValue({ maxDepth: 3 })

const doing = fc.oneof(
  fc.record({
    kind: fc.constant('say' as const),
    room: fc.constantFrom('r1', 'r2', 'ana~bot'),
    from: fc.constantFrom('ana', 'ben', 'bot'),
    id: fc.stringMatching(/^[a-z]{1,3}$/),
    at: fc.nat(1_000_000),
    payload: fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(new Uint8Array(9_000).fill(65))),
    properties: fc.option(fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 2 })),
  }),
  fc.record({
    kind: fc.constant('turn' as const),
    state: json,
    due: fc.nat(1_000_000),
    timer: fc.stringMatching(/^[a-z]$/),
    debounce: fc.constantFrom(
      undefined,
      null,
      { quietMs: 5, longestMs: 25 },
      { quietMs: 3_000_000, longestMs: 3_600_000 },
    ),
  }),
  fc.record({ kind: fc.constant('fail' as const), cause: fc.string() }),
  fc.record({ kind: fc.constant('park' as const), reason: fc.string(), version: fc.option(fc.string()) }),
  fc.record({
    kind: fc.constant('keep' as const),
    topic: fc.string({ minLength: 1, maxLength: 80 }).filter((each) => !/[\0+#\ud800-\udfff]/.test(each)),
    payload: fc.uint8Array({ minLength: 1, maxLength: 20 }),
    expiry: fc.option(fc.nat(1_000)),
  }),
  fc.record({
    kind: fc.constant('session' as const),
    connection: fc.string({ minLength: 1, maxLength: 500 }).filter((c) => !c.includes('\0')),
    queued: fc.nat(3),
  }),
)

type Doing = typeof doing extends fc.Arbitrary<infer T> ? T : never

/** Does all that through the ports of a server, for two vendors. */
const live = async (kv: KeyValue, deeds: readonly Doing[]): Promise<void> => {
  const accounts = accountsOf()
  const inbox = await EmbeddedInbox.open({ kv })
  const store = new EmbeddedStore({ kv, inbox })
  const sessions = await EmbeddedSessions.open({ kv, accounts })
  const retained = await EmbeddedRetained.open({ kv, accounts })
  for (const vendor of ['acme', 'other']) {
    for (const room of ['r1', 'r2', 'ana~bot'])
      await store.conversation(vendor, room, { members: ['ana', 'ben', 'bot'], at: 1 })
    await store.enlist(vendor, 'bot', { version: '1', apology: 'sorry' })
    for (const deed of deeds) await act(vendor, deed, { store, sessions, retained })
  }
}

const act = async (
  vendor: string,
  deed: Doing,
  { store, sessions, retained }: { store: EmbeddedStore; sessions: EmbeddedSessions; retained: EmbeddedRetained },
): Promise<void> => {
  if (deed.kind === 'say') {
    const { room, kind: _, properties, ...message } = deed
    await store.append(vendor, room, { ...message, type: 'text', ...(properties && { properties }) })
  } else if (deed.kind === 'keep') {
    const { topic, payload, expiry } = deed
    const properties = expiry === null ? {} : { properties: { messageExpiryInterval: expiry } }
    await retained.set({ vendor, topic, payload, qos: 1, retain: true, at: 5, ...properties })
  } else if (deed.kind === 'session') {
    const name = { vendor, client: 'ana', connection: deed.connection }
    await sessions.begin({ name, expiryInterval: 60, subscriptions: [], received: [] })
    const message = { vendor, topic: 't', payload: new Uint8Array([255, 1]), qos: 1, retain: false, at: 5 } as const
    for (let n = 0; n < deed.queued; n++)
      await sessions.enqueue([{ session: name, qos: 1, retain: false, identifiers: [] }], message)
  } else {
    const work = await store.begin(vendor, 'ana~bot', 'bot', 2_000_000)
    if (!work) return
    const { revision, processed } = work
    if (deed.kind === 'fail')
      await store.commit(vendor, 'ana~bot', 'bot', 2_000_000, { kind: 'failed', revision, cause: deed.cause })
    else if (deed.kind === 'park') {
      const version = deed.version === null ? {} : { version: deed.version }
      await store.commit(vendor, 'ana~bot', 'bot', 2_000_000, {
        kind: 'parked',
        revision,
        reason: deed.reason,
        ...version,
      })
    } else
      await store.commit(vendor, 'ana~bot', 'bot', 2_000_000, {
        ...{ kind: 'committed', commitId: `c${revision}`, revision, state: deed.state, keep: false },
        processed: work.events[0]?.seq ?? processed,
        messages: [{ type: 'text', payload: new TextEncoder().encode('well') }],
        timers: { set: [{ id: deed.timer, due: deed.due }], cancel: [] },
        public: { value: deed.state, tags: [], accepts: [] },
        ...(deed.debounce !== undefined && { debounce: deed.debounce }),
      })
  }
}

test('what was exported is imported whole, and exported again gives the same bytes', async () => {
  let round = 0
  await fc.assert(
    fc.asyncProperty(fc.array(doing, { maxLength: 25 }), async (deeds) => {
      const [from, to] = [`from${round}`, `to${round++}`]
      await withData(from, (kv) => live(kv, deeds))
      const first = await exported(from)
      await imported(to, first)
      expect(await exported(to)).toBe(first)
      await imported(to, await exported(from, 'other'))
      expect(await contents(to)).toEqual(await contents(from))
    }),
    { numRuns: 25 },
  )
})

test('values are exact as JSON, whatever they are', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.string({ unit: 'binary' }).filter((text) => !/\p{Cs}/u.test(text)),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array(),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$text', '$$', '$')), tie('any'), { maxKeys: 3 }),
    ),
  })).any
  fc.assert(
    fc.property(value, (given) => {
      // As it is read: a field `__proto__` is another one then.
      const stored = unpackValue(packValue(given))
      const bytes = packValue(stored)
      const read = fromJson(JSON.parse(JSON.stringify(toJson(stored))))
      expect(Buffer.from(packValue(read)).equals(Buffer.from(bytes))).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('every table of the server is known to exports, or said to stay', () => {
  const sources = fileURLToPath(new URL('../../src', import.meta.url))
  const names = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('contracts'))
    .flatMap((file) => [...readFileSync(join(sources, file), 'utf8').matchAll(/= table<[\s\S]*?>\(\s*'([^']+)'/g)])
    .map(([, name]) => name)
  expect(names.length).toBeGreaterThan(20)
  // A new one belongs into src/archive/tables.ts.
  expect(tableNotes.map(({ table }) => table.name).sort()).toEqual(names.sort())
  const indexed = tableNotes.flatMap(({ indexes = [] }) => indexes.map(({ table }) => table.name))
  expect(tableNotes.filter(({ keep, table }) => keep === 'index' && !indexed.includes(table.name))).toEqual([])
  expect(tableNotes.filter(({ keep, key }) => keep === 'vendor' && key[0] !== 'vendor')).toEqual([])
})

test('docs/reference/export-format.md names the tables, in order', () => {
  const page = readFileSync(
    fileURLToPath(new URL('../../../../docs/reference/export-format.md', import.meta.url)),
    'utf8',
  )
  const rows = [...page.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name)
  expect(rows).toEqual(vendorTables.map(({ table }) => table.name))
})

describe('an import', () => {
  let good: string

  beforeEach(async () => {
    await withData('from', async (kv) => {
      const store = new EmbeddedStore({ kv, inbox: await EmbeddedInbox.open({ kv }) })
      await store.conversation('acme', 'ana~ben', { members: ['ana', 'ben'], at: 1 })
      for (let n = 1; n <= 2_500; n++)
        void store.append('acme', 'ana~ben', {
          from: 'ana',
          id: `m${n}`,
          at: n,
          type: 'text',
          payload: Buffer.from(`${n}`),
        })
      await store.append('acme', 'ana~ben', { from: 'ben', id: 'last', at: 9, type: 'text', payload: Buffer.from('!') })
    })
    good = await exported('from')
  })

  const reasonOf = (text: string): Promise<string> =>
    imported('to', text).then(
      () => 'imported',
      ({ message }: Error) => message,
    )

  const line = (number: number): string => good.split('\n')[number - 1] as string

  test('of a file that was cut anywhere is noticed, and leaves nothing', async () => {
    const empty = await withData('to', async () => {}).then(() => contents('to'))
    for (const part of [0, 0.0001, 0.3, 0.7, 0.9999]) {
      expect(await reasonOf(good.slice(0, Math.floor(good.length * part)))).toMatch(
        /^The export is cut: it ends (before|within) line \d+\. Nothing was imported$/,
      )
    }
    expect(await reasonOf(good.slice(0, good.lastIndexOf('{')))).toMatch(/^The export is cut: it ends before line \d+/)
    expect(await contents('to')).toEqual(empty)
  })

  test.each<[string, (text: string) => string, RegExp]>([
    ['no JSON', (text) => text.replace(line(3), line(3).slice(0, 30)), /^Line 3 is no JSON/],
    ['another table', (text) => text.replace('"table":"journal"', '"table":"diary"'), /^Line 3 has no table .*"diary"/],
    ['an index', (text) => text.replace('"table":"journal"', '"table":"ids"'), /^Line 3 has no table .*"ids"/],
    [
      'a key of another form',
      (text) => text.replace('["ana~ben",1]', '["ana~ben","1"]'),
      /^Line 3 has a key that has to have a number for seq/,
    ],
    [
      'a message that is missing',
      (text) => text.replace(`${line(5)}\n`, ''),
      /^Line 5 has seq 4 after 2: a message is missing/,
    ],
    ['a key twice', (text) => text.replace(line(5), line(4)), /^Line 5 has a key that does not come after/],
    [
      'a message without a payload',
      (text) => text.replace('"payload":{"$text":"1"}', '"payload":"1"'),
      /^Line 3 has no message/,
    ],
    [
      'a misspelt field',
      (text) => text.replace('"payload":{"$text":"1"}', '"payload":{"$text":"1"},"contenttype":"x"'),
      /^Line 3 has a message with an unknown field: contenttype/,
    ],
    [
      'bytes that are none',
      (text) => text.replace('{"$text":"1"}', '{"$base64":"!"}'),
      /^Line 3 has a value that has \$base64 with "!"/,
    ],
    ['a changed byte', (text) => text.replace('{"$text":"7"}', '{"$text":"8"}'), /checksum of another export/],
    ['no header', (text) => text.slice(text.indexOf('\n') + 1), /^Line 1 is no header of an export/],
    [
      'a later version',
      (text) => text.replace('"version":1', '"version":2'),
      /^Line 1 is of version 2; this Daakia reads 1/,
    ],
    ['more after its end', (text) => `${text}${line(2)}\n`, /comes after the end of the export/],
  ])('of a file with %s says which line, and leaves nothing', async (_, change, says) => {
    const changed = change(good)
    expect(changed).not.toBe(good)
    expect(await reasonOf(changed)).toMatch(says)
    if (existsSync(path('to'))) await expect(exported('to')).rejects.toMatchObject({ reason: 'not-found' })
    expect(await reasonOf(good)).toBe('imported')
  })

  test('of a file that was written by hand needs no checksum', async () => {
    expect(await reasonOf(good.replace(/,"sha256":"\w+"/, ''))).toBe('imported')
  })

  test('does not mix with a vendor that is there, and leaves others as they are', async () => {
    const before = await contents('from')
    await expect(imported('from', good)).rejects.toMatchObject({
      reason: 'exists',
    })
    expect(await contents('from')).toEqual(before)
  })

  test('that was killed keeps servers from starting, until it is repeated or given up', async () => {
    const half = async () => {
      await imported('to', good)
      await withData('to', (kv) => kv.write((tx) => tx.put(imports, ['acme'], 1)))
    }
    const start = async () => {
      const server = createServer({ dev: true, storage: { folder: path('to') } })
      await server.start()
      await server.close()
    }
    await half()
    await expect(start()).rejects.toMatchObject({
      reason: 'unfinished',
      message: expect.stringContaining('vendor acme'),
    })
    expect(await reasonOf(good)).toBe('imported')
    await start()
    await withData('to', (kv) => kv.write((tx) => tx.put(imports, ['acme'], 1)))
    expect(await withData('to', discardImports)).toEqual(['acme'])
    await start()
    await expect(exported('to')).rejects.toMatchObject({ reason: 'not-found' })
  })

  test('makes positions of before those of another store', async () => {
    const epochOf = () =>
      withData('to', async (kv) => (await (await EmbeddedInbox.open({ kv })).head('acme', 'ana')).epoch)
    const before = await epochOf()
    await imported('to', good)
    expect(await epochOf()).not.toBe(before)
  })
})
