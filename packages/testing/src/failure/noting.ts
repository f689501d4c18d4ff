import type { ConnectOptions } from '@daakia/bot-sdk'

type BotLog = NonNullable<ConnectOptions['log']>
type Fields = Parameters<BotLog['warn']>[0]

/** Of the run: files are told from there. */
const folder = `${process.cwd()}/`

/** A log that hands on its warnings, each as one line: what happened, why, and the first line of the stack. */
export const noting = (note: (text: string) => void): BotLog => ({
  info: () => {},
  warn: (fields, message) => note([message, ...detailsOf(fields)].join(': ')),
})

const detailsOf = ({ cause, stack }: Fields): string[] => {
  const line = typeof stack === 'string' ? /^ +(at .*)$/m.exec(stack)?.[1]?.replace(folder, '') : undefined
  return [cause, line].filter((detail) => typeof detail === 'string')
}
