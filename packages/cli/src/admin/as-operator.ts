import {
  ConnectionLost,
  type Link,
  type LinkStatus,
  mqttTransport,
  openLink,
  RpcFailure,
} from '@daakia/client-sdk/internal'
import { RpcCode } from '@daakia/protocol'
import { devOperator } from '@daakia/server'
import { broken, brokenPipe, isBrokenPipe } from '../broken-pipe.js'
import { defaultUrl } from '../default-url.js'
import type { Io, Status } from '../io.js'
import { readPasswordFile } from '../secret-file.js'
import type { ServerAccess } from './server-access.js'

/**
 * Calls one of the server's methods, `{service}/{method}`, and resolves with its result.
 *
 * @throws RpcFailure, or an Error where it is not known whether it was done
 */
export type CallServer = (method: `${string}/${string}`, params: object) => Promise<unknown>

/**
 * Connects to a server, does `work` there, and leaves. It tries to connect once: an operator sees why it failed sooner
 * than it would mend itself.
 *
 * @returns what `work` answers; `failed`, 1 by default, where something went wrong, which is told on `io.errors`
 */
export const asOperator = async (
  access: ServerAccess,
  io: Io,
  work: (call: CallServer) => Promise<Status>,
  { failed = 1 }: { failed?: Status } = {},
): Promise<Status> => {
  let link: Link | undefined
  try {
    link = await open(access, io)
    const connected = link
    const call: CallServer = (method, params) => {
      const [service = '', name = ''] = method.split('/')
      return connected.call(service, name, params).catch(inDoubt)
    }
    return await Promise.race([work(call), broken(io)])
  } catch (error) {
    if (isBrokenPipe(error)) return brokenPipe
    io.errors.write(`${explain(error, access)}\n`)
    return failed
  } finally {
    await link?.close()
  }
}

const open = async ({ url = defaultUrl, as = devOperator, passwordFile }: ServerAccess, io: Io): Promise<Link> => {
  const password = passwordFile === undefined ? {} : { password: await readPasswordFile(passwordFile, io) }
  const link = openLink({ client: as, open: mqttTransport({ url, client: as, ...password }) })
  try {
    await firstTry(link)
    return link
  } catch (error) {
    await link.close()
    throw error
  }
}

/** Resolves when the link is online, and rejects when its first try to be has failed. */
const firstTry = (link: Link): Promise<void> =>
  new Promise((resolve, reject) => {
    const hear = (status: LinkStatus) => {
      if (status.state === 'online') resolve()
      else if (status.state === 'offline') reject(status.reason)
      else if (status.state === 'closed') reject(status.reason ?? new ConnectionLost('The connection was closed.'))
    }
    link.onStatus(hear)
    hear(link.status)
  })

const explain = (error: unknown, { as = devOperator }: ServerAccess): string => {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof RpcFailure && error.code === RpcCode.NotAllowed)
    return `${message}. Give one with --as, and its token or password with --password-file; "${as}" may not.`
  return message
}

const inDoubt = (error: unknown): never => {
  if (error instanceof RpcFailure) throw error
  const message = error instanceof Error ? error.message : String(error)
  throw new Error(`${message} Whether it was done is not known: to do it again does no harm.`, { cause: error })
}
