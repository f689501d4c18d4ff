import { type RpcAnswer, RpcCode } from '@daakia/protocol'
import { ArchiveError } from '../../archive/errors.js'
import type { Log, LogFields } from '../../log.js'
import { logFailure, notNow } from '../../not-now.js'
import { RpcFailure } from './failure.js'
import type { Caller, Methods } from './method.js'

/** Answers calls of the server's own methods. */
export interface Calls {
  /** Whether a service of that name is the server's own. */
  serves(service: string): boolean
  /** `payload` is JSON: the method's params. Never rejects: what goes wrong is in the answer. */
  call(caller: Caller, name: string, payload: Uint8Array): Promise<RpcAnswer>
}

export const createCalls = (methods: Methods, log: Log): Calls => {
  const services = new Set(Object.keys(methods).map((name) => name.slice(0, name.indexOf('/'))))
  return {
    serves: (service) => services.has(service),
    async call(caller, name, payload) {
      try {
        const method = Object.hasOwn(methods, name) ? methods[name] : undefined
        if (!method) throw new RpcFailure(RpcCode.MethodNotFound, `There is no method ${name}`)
        return { result: await method(caller, parse(payload)) }
      } catch (error) {
        const { vendor, client, connection } = caller
        return { error: told(error, { vendor, client, connection, method: name }, log) }
      }
    },
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

const parse = (payload: Uint8Array): unknown => {
  if (payload.length === 0) return {}
  try {
    return JSON.parse(utf8.decode(payload))
  } catch {
    throw new RpcFailure(RpcCode.ParseError, 'The payload must be JSON in UTF-8')
  }
}

const told = (error: unknown, call: LogFields, log: Log) => {
  if (error instanceof RpcFailure) return { code: error.code, message: error.message }
  logFailure(log, call, error, 'A call failed')
  if (error instanceof ArchiveError) return toldOfArchive(error)
  const passing = notNow(error)
  if (passing) return { code: RpcCode.Busy, message: passing.reason }
  return { code: RpcCode.InternalError, message: 'The server could not do this now: try again' }
}

/** A part of a history is never taken for all of it. */
const toldOfArchive = ({ reason }: ArchiveError) =>
  reason === 'away'
    ? { code: RpcCode.Busy, message: 'Older messages are in an archive that can not be read for now: try again later' }
    : {
        code: RpcCode.InternalError,
        message: 'Older messages are in an archive that is damaged: who runs the server finds in its log what to do',
      }
