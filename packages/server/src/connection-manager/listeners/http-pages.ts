import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from '../../log.js'
import type { Remote } from '../byte-stream.js'
import type { RouteAnswer, Routes } from './route.js'

/** MQTT over WebSocket is there, and nowhere else. */
export const mqttPath = '/mqtt'

const notFound: RouteAnswer = { status: 404, body: `Not found. MQTT over WebSocket is at ${mqttPath}.\n` }

const upgradeRequired: RouteAnswer = {
  status: 426,
  headers: { upgrade: 'websocket' },
  body: 'This is MQTT over WebSocket: connect with an MQTT client.\n',
}

const methodNotAllowed: RouteAnswer = { status: 405, headers: { allow: 'GET, HEAD' }, body: 'Ask with GET.\n' }

const failed: RouteAnswer = { status: 500, body: 'The server failed; its log says why.\n' }

/** The path of a request, which may end in a slash or carry a query. */
export const pathOf = ({ url = '' }: IncomingMessage): string => {
  const path = url.split('?', 1)[0] ?? ''
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

/** Answers one request, and no second one on the same socket: who is no client holds none. */
export const answerRequest = async (
  request: IncomingMessage,
  response: ServerResponse,
  { routes, remote, log }: { routes: Routes; remote: Remote; log: Log },
): Promise<void> => {
  const { status, headers, body } = await find(request, routes, remote).catch((error: unknown) => {
    log.error({ path: pathOf(request), error: String(error) }, 'A request could not be answered')
    return failed
  })
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
    ...headers,
  })
  // Node leaves the body out of the answer to HEAD.
  response.end(body)
}

const find = async (request: IncomingMessage, routes: Routes, remote: Remote): Promise<RouteAnswer> => {
  const path = pathOf(request)
  if (path === mqttPath) return upgradeRequired
  const route = routes.get(path)
  if (!route) return notFound
  if (request.method !== 'GET' && request.method !== 'HEAD') return methodNotAllowed
  return route({ remote, headers: request.headers })
}
