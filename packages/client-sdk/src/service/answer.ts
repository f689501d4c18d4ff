import { RpcCode } from '@daakia/protocol'
import { RpcFailure } from '../errors.js'
import type { Schema } from '../schema.js'
import type { CheckedMethod, IncomingCall } from './port.js'

/** Runs a method on params as they came. @throws RpcFailure, and whatever the method throws */
export const runMethod = async (
  { params, handle }: CheckedMethod<unknown>,
  payload: Uint8Array,
  call: IncomingCall,
): Promise<unknown> => {
  const given = parse(payload)
  return handle(params ? await check(params, given) : given, call)
}

const parse = (payload: Uint8Array): unknown => {
  if (payload.length === 0) return {}
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch {
    throw new RpcFailure(RpcCode.ParseError, 'The payload must be JSON in UTF-8')
  }
}

const check = async (schema: Schema<unknown>, given: unknown): Promise<unknown> => {
  const checked = await schema['~standard'].validate(given)
  if (!checked.issues) return checked.value
  throw new RpcFailure(RpcCode.InvalidParams, checked.issues.map(tell).join('; '))
}

const tell = ({ message, path }: { message: string; path?: readonly unknown[] | undefined }): string => {
  const field = path?.map(nameOf).join('.')
  return field ? `${field}: ${message}` : message
}

/** Standard Schema lets a path hold keys, or objects with them. */
const nameOf = (segment: unknown): string =>
  String(typeof segment === 'object' && segment !== null && 'key' in segment ? segment.key : segment)

/** An answer of JSON-RPC 2.0; a method that returns nothing has the result null. */
export const resultOf = (result: unknown): string => JSON.stringify({ result: result ?? null })

export const errorOf = ({ code, message, data }: RpcFailure): string =>
  JSON.stringify({ error: { code, message, ...(data !== undefined && { data }) } })
