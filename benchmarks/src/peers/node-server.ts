import { nextMessage, type Started, startNode } from '../processes.js'
import type { Place, Running } from './port.js'

/** What a script in `servers/` sends once it listens. */
export interface Listening {
  port: number
  securePort?: number
}

/** Starts one of the scripts in `servers/`. They take: folder, certificate's file, key's file. */
export const startNodeServer = async (
  script: string,
  { folder, core, certificate, profile }: Place,
): Promise<Running> => {
  const files = certificate ? [certificate.certFile, certificate.keyFile] : []
  const started = startNode(`servers/${script}`, [folder, ...files], { core, flags: flagsFor(profile) })
  try {
    const { port, securePort } = await nextMessage<Listening>(started)
    return { ...started, port, securePort, collect: () => collect(started) }
  } catch (error) {
    await started.stop()
    throw error
  }
}

/** Of Node, for a server that is measured. */
export const flagsFor = (profile: string | undefined): string[] => [
  '--expose-gc',
  ...(profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile]),
]

const collect = (server: Started): Promise<NodeJS.MemoryUsage> => {
  const answer = nextMessage<NodeJS.MemoryUsage>(server)
  server.child.send('collect')
  return answer
}
