import type { IncomingHttpHeaders } from 'node:http'

/** Whether the page that asks, by its Origin, may connect. */
export type OriginCheck = (headers: IncomingHttpHeaders) => boolean

/** Any page, wherever it comes from. */
const anyOrigin = '*'

/** Whether it is an origin as a browser names it, such as `https://app.example`, or `*`, which stands for nothing less. */
export const isOrigin = (text: string): boolean =>
  text === anyOrigin || (!text.includes(anyOrigin) && canonical(text) !== undefined)

/**
 * Pages of these origins may connect; without any, those that the server's own host has sent. What is no page of a
 * browser names no origin, and may.
 */
const originCheck = (origins: readonly string[] | undefined): OriginCheck => {
  const listed = new Set(origins?.map(canonical))
  const all = origins?.includes(anyOrigin) ?? false
  return ({ origin, host }) => {
    if (origin === undefined || all) return true
    const page = canonical(origin)
    if (page === undefined) return false
    return origins ? listed.has(page) : isOf(page, host)
  }
}

/** Lower-cased, without the port that its scheme has anyway. */
const canonical = (origin: string): string | undefined => {
  if (!/^[a-z][a-z\d+.-]*:\/\/[^/?#@\s]+$/i.test(origin) || !URL.canParse(origin)) return undefined
  const { protocol, host } = new URL(origin)
  return `${protocol}//${host.toLowerCase()}`
}

/** The scheme may differ: a proxy that ends TLS speaks to the server without. */
const isOf = (page: string, host: string | undefined): boolean =>
  host !== undefined && page === canonical(`${new URL(page).protocol}//${host}`)

/** The origins of a server, which may become others while it runs. */
export class OriginList {
  #check: OriginCheck

  constructor(origins: readonly string[] | undefined) {
    this.#check = originCheck(origins)
  }

  readonly allows: OriginCheck = (headers) => this.#check(headers)

  set(origins: readonly string[] | undefined): void {
    this.#check = originCheck(origins)
  }
}
