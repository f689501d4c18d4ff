import type { Client, LinkStatus } from '@daakia/client-sdk'

/** Tells a person how the connection is, whenever that is another thing than before. Returns the way to stop it. */
export const onStatusText = (client: Client, url: string, tell: (text: string) => void): (() => void) => {
  let told: string | undefined
  const hear = (status: LinkStatus) => {
    const text = textOfStatus(status, url)
    if (text === undefined || text === told) return
    told = text
    tell(text)
  }
  hear(client.status)
  return client.onStatus(hear)
}

/** Who begins may have started no server. */
const hintFor = ({ message }: Error): string =>
  message.includes('ECONNREFUSED') ? ' Is a server running there? On this machine, daakia serve --dev starts one.' : ''

/** `undefined` where there is nothing to tell. */
export const textOfStatus = (status: LinkStatus, url: string): string | undefined => {
  if (status.state === 'online') return `Connected to ${url}.`
  if (status.state === 'offline')
    return `${status.reason.message.replace(/\.$/, '')}. Trying again.${hintFor(status.reason)}`
  return undefined
}
