import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { archiveStoreContract } from '../../src/contracts.js'
import { folderArchive } from '../../src/persistence/archive/folder-archive.js'
import { memoryArchive } from '../support/memory-archive.js'

describe('in a folder', () =>
  archiveStoreContract({ describe, test }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'daakia-archive-'))
    const open = () => folderArchive(join(folder, 'made', 'for', 'it'))
    return { subject: open(), reopen: async () => open(), close: () => rm(folder, { recursive: true }) }
  }))

describe('in memory, as the tests have it', () =>
  archiveStoreContract({ describe, test }, async () => {
    const archive = memoryArchive()
    return { subject: archive, reopen: async () => archive, close: async () => {} }
  }))
