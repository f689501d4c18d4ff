import { createHash, timingSafeEqual } from 'node:crypto'
import type { Route, RouteAnswer, RouteRequest } from '../connection-manager/index.js'
import { isLoopbackHost } from '../connection-manager/loopback.js'
import type { Metrics, MetricsSources } from './metrics.js'

const refused: RouteAnswer = {
  status: 403,
  body: 'Metrics are for this machine alone. Set listen.metricsToken to read them from elsewhere.\n',
}

const unauthorized: RouteAnswer = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer' },
  body: 'Show the token of listen.metricsToken: Authorization: Bearer …\n',
}

/**
 * What the server counts, for who shows the token. Without one, for this machine; the Host has to be one of this machine
 * as well, so that no web page elsewhere reads it through a browser here (DNS rebinding).
 */
export const metricsPage = (sources: MetricsSources, token: string | undefined): Route => {
  const refusalOf = token === undefined ? strangerOf : withoutToken(token)
  // Nothing of it is loaded and made before somebody asks: most servers of tests are never asked.
  let metrics: Promise<Metrics> | undefined
  const load = () => import('./metrics.js').then(({ createMetrics }) => createMetrics(sources))
  return async (request) => {
    const refusal = refusalOf(request)
    if (refusal) return refusal
    metrics ??= load()
    const { contentType, text } = await metrics
    return { status: 200, headers: { 'content-type': contentType }, body: await text() }
  }
}

const strangerOf = ({ remote, headers: { host = '' } }: RouteRequest): RouteAnswer | undefined => {
  const url = `http://${host}`
  return remote.loopback && URL.canParse(url) && isLoopbackHost(new URL(url).hostname) ? undefined : refused
}

const withoutToken =
  (token: string) =>
  ({ headers: { authorization = '' } }: RouteRequest): RouteAnswer | undefined =>
    timingSafeEqual(digest(authorization), digest(`Bearer ${token}`)) ? undefined : unauthorized

/** Of one length, whatever was shown. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
