import { type ArchiveStore, createServer } from '@daakia/server'

declare const bucket: {
  upload(name: string, bytes: Uint8Array): Promise<void>
  download(name: string): Promise<Uint8Array | undefined>
  delete(name: string): Promise<void>
}

const store: ArchiveStore = {
  put: (name, bytes) => bucket.upload(name, bytes),
  get: (name) => bucket.download(name),
  remove: (name) => bucket.delete(name),
}

createServer({ storage: { folder: '.daakia' }, dev: true, archive: { store, afterSeconds: 90 * 86_400 } })
