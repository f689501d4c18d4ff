import type { LinkStatus } from '@daakia/client-sdk'
import { ConnectionLost, type Link } from '@daakia/client-sdk/internal'
import { topics } from '@daakia/protocol'
import { botsThere, operatorLink } from './operator-link.js'
import { textOfStatus } from './status.js'

export interface OnlyBotOptions {
  url: string
  /** Tells a person what is waited for. */
  tell(text: string): void
  /** Given up on when this is aborted, with its reason. */
  signal?: AbortSignal
}

/**
 * The bot that runs on a server with `--dev`, as soon as one does.
 *
 * @throws Error where several do, or the server does not tell; what `signal` was aborted with
 */
export const onlyBot = async ({ url, tell, signal }: OnlyBotOptions): Promise<string> => {
  const link = operatorLink(url)
  const tellOnce = once(tell)
  try {
    return await new Promise<string>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason))
      const look = () =>
        botsThere(link).then(
          (bots) => {
            const [bot, another] = bots.map(({ bot }) => bot)
            if (bot === undefined)
              tellOnce(`No bot is running at ${url}. Start one, in another terminal; waiting for it.`)
            else if (another === undefined) resolve(bot)
            else
              reject(
                new Error(`Several bots are running: say with --to whom: ${bots.map(({ bot }) => bot).join(', ')}.`),
              )
          },
          // The next connection looks again.
          (error) => error instanceof ConnectionLost || reject(untold()),
        )
      followPresence(link, look).catch(() => reject(untold()))
      const hear = (status: LinkStatus) => {
        const text = status.state === 'offline' ? textOfStatus(status, url) : undefined
        if (text !== undefined) tellOnce(text)
      }
      hear(link.status)
      link.onStatus(hear)
    })
  } finally {
    await link.close()
  }
}

/** Calls back on each connection, and whenever anybody comes or goes. @throws Refused, Closed */
const followPresence = (link: Link, changed: () => void): Promise<void> =>
  link.subscribe({
    filters: [{ filter: topics.presence('+'), qos: 1 }],
    granted: changed,
    receive: changed,
  })

const untold = () => new Error('Say with --to whom you talk with: this server tells its bots to operators alone.')

const once = (tell: (text: string) => void) => {
  let told: string | undefined
  return (text: string) => {
    if (text !== told) tell(text)
    told = text
  }
}
