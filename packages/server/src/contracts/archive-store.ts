import type { ArchiveStore } from '../persistence/archive/port.js'
import { type Behaviours, type ContractKit, contract, type DurableBench, same } from './kit.js'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

const large = new Uint8Array(3 * 2 ** 20).map((_, at) => at % 251)

const name = 'acme/ana~shop/000000000001-000000000500.jsonl.gz'

const behaviours: Behaviours<DurableBench<ArchiveStore>> = {
  'gives a file back as it was written, byte by byte': async ({ subject: archive }) => {
    await archive.put(name, large)
    await archive.put('acme/%41na~shop/1', Uint8Array.of())
    same(await archive.get(name), large)
    same(await archive.get('acme/%41na~shop/1'), Uint8Array.of())
  },
  'has nothing under a name to which nothing was written': async ({ subject: archive }) => {
    same(await archive.get(name), undefined)
    await archive.put(name, bytesOf('a'))
    same(await archive.get('acme/ana~shop/000000000001-000000000499.jsonl.gz'), undefined)
    same(await archive.get('other/ana~shop/1'), undefined)
  },
  'writes over a file of that name, and may be told the same again': async ({ subject: archive }) => {
    await archive.put(name, bytesOf('a longer one'))
    for (const _ of [1, 2]) await archive.put(name, bytesOf('b'))
    same(await archive.get(name), bytesOf('b'))
  },
  'shows whoever reads a file that is written over the one or the other, whole': async ({ subject: archive }) => {
    const other = large.map((byte) => byte ^ 0xff)
    await archive.put(name, large)
    const writing = Promise.all([1, 2, 3].flatMap(() => [archive.put(name, other), archive.put(name, large)]))
    for (let i = 0; i < 20; i++) {
      const found = (await archive.get(name)) as Uint8Array
      same(found, found[0] === 0 ? large : other)
    }
    await writing
    const found = (await archive.get(name)) as Uint8Array
    same(found, found[0] === 0 ? large : other)
  },
  'removes a file, and may be told so again': async ({ subject: archive }) => {
    await archive.put(name, bytesOf('a'))
    await archive.put('acme/ana~shop/2', bytesOf('b'))
    for (const _ of [1, 2]) await archive.remove(name)
    await archive.remove('never/was/there')
    same(await archive.get(name), undefined)
    same(await archive.get('acme/ana~shop/2'), bytesOf('b'))
  },
  'has its files when it is opened anew': async (bench) => {
    await bench.subject.put(name, bytesOf('a'))
    same(await (await bench.reopen()).get(name), bytesOf('a'))
  },
}

/** What every archive does. */
export const archiveStoreContract = (kit: ContractKit, open: () => Promise<DurableBench<ArchiveStore>>): void =>
  contract(kit, 'ArchiveStore', open, behaviours)
