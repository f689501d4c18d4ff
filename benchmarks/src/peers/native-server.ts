import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listening } from '../free-port.js'
import { start } from '../processes.js'
import { findProgram } from './installed.js'
import type { Place, Running } from './port.js'

export interface NativeServer {
  program: string
  configuration: string
  port: number
  securePort: number | undefined
}

/** Starts a program with a configuration file; resolves when its ports are open. */
export const startNativeServer = async (server: NativeServer, { folder, core }: Place): Promise<Running> => {
  const { program, configuration, port, securePort } = server
  const path = findProgram(program)
  if (path === undefined) throw new Error(`${program} is not installed`)
  const file = join(folder, 'server.conf')
  await writeFile(file, configuration)
  const started = start([path, '-c', file], { core })
  try {
    for (const each of [port, securePort]) if (each !== undefined) await Promise.race([listening(each), started.died])
  } catch (error) {
    await started.stop()
    throw error
  }
  return { ...started, port, securePort }
}
