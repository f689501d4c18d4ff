import type { IncomingHttpHeaders } from 'node:http'
import type { Remote } from '../byte-stream.js'

/** A request for a page, without a body. */
export interface RouteRequest {
  remote: Remote
  headers: IncomingHttpHeaders
}

export interface RouteAnswer {
  status: number
  /** Default of `content-type`: plain text. */
  headers?: Readonly<Record<string, string>>
  body: string
}

/** Answers GET, and HEAD in the same way. */
export type Route = (request: RouteRequest) => RouteAnswer | Promise<RouteAnswer>

/** By path. */
export type Routes = ReadonlyMap<string, Route>
