import { join } from 'node:path'
import type { Ground } from './ground.js'

/** A data folder, which one server has. */
export const inFolder = (folder: string): Ground => ({
  lines: new Map(),
  redis: new Map(),
  storageFor: () => ({ folder: join(folder, 'data') }),
  failOver: async () => {},
  killMaster: async () => {},
  restart: async () => {},
  close: async () => {},
})
