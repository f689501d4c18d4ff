import { OptionsError } from '../../errors.js'
import type { Log } from '../../log.js'
import { isLoopbackHost } from '../loopback.js'

/** The URL that an option names. @throws OptionsError where it is not one of HTTP */
export const httpUrl = (option: string, text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url
  throw new OptionsError(option, `${option} must be a URL such as https://example.com/path, without a password in it`)
}

/** Without its query, in which some put a key. */
export const shownUrl = ({ origin, pathname }: URL): string => origin + pathname

/** Who can change what comes from there can let in whom he likes. */
export const warnOfPlainHttp = (url: URL, log: Log): void => {
  if (url.protocol === 'https:' || isLoopbackHost(url.hostname)) return
  log.warn(
    { url: shownUrl(url) },
    'Authentication trusts an answer over plain HTTP: use https, unless this network is your own',
  )
}
