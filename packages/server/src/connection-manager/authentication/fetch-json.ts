import type { Clock } from '@daakia/protocol'

export interface JsonRequest {
  url: URL
  /** POST where there is one, else GET. */
  body?: string
  headers?: Readonly<Record<string, string>>
  timeoutMs: number
  /** A longer answer is not read to its end. */
  maximumBytes: number
  clock: Clock
}

/** Asks for JSON over HTTP. @throws Error where the answer is late, too long, no JSON, or has another status than 200 */
export const fetchJson = async (request: JsonRequest): Promise<unknown> => {
  const late = new AbortController()
  const message = `no answer within ${request.timeoutMs} ms`
  const alarm = request.clock.after(request.timeoutMs, () => late.abort(new Error(message)))
  try {
    return parse(await textOf(await send(request, late.signal), request.maximumBytes))
  } catch (error) {
    throw late.signal.aborted ? late.signal.reason : plain(error)
  } finally {
    alarm.cancel()
  }
}

const send = async ({ url, body, headers }: JsonRequest, signal: AbortSignal): Promise<Response> => {
  const accept = { accept: 'application/json', ...headers }
  // Who answers is decided by the configuration, not by who answers.
  const asked = { headers: accept, signal, redirect: 'error' } as const
  const response = await fetch(url, body === undefined ? asked : { ...asked, method: 'POST', body })
  if (response.status === 200) return response
  await response.body?.cancel()
  throw new Error(`HTTP status ${response.status}`)
}

const textOf = async ({ body }: Response, maximumBytes: number): Promise<string> => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop cancels what is left.
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > maximumBytes) throw new Error(`the answer is longer than ${maximumBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** What the text is stays out of the message: it may hold secrets. */
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('the answer is no JSON')
  }
}

/** `fetch` hides what happened to the connection in the cause. */
const plain = (error: unknown): Error => {
  const { cause } = error as { cause?: NodeJS.ErrnoException }
  // That of several addresses, none of which answers, has no message.
  return cause instanceof Error ? new Error(cause.message || cause.code, { cause }) : (error as Error)
}
