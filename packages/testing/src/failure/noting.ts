import type { ConnectOptions } from '@daakia/bot-sdk'

type BotLog = NonNullable<ConnectOptions['log']>
type Fields = Parameters<BotLog['warn']>[0]

/** Of the run: files are told from there. */
const folder = `${process.cwd()}/`

/** A log that hands on its warnings, each as one line: what happened, why, and the first line of the stack that is an author's. */
export const noting = (note: (text: string) => void): BotLog => ({
  info: () => {},
  warn: (fields, message) => note([message, ...detailsOf(fields)].join(': ')),
})

const detailsOf = ({ cause, stack }: Fields): string[] => {
  const lines = typeof stack === 'string' ? [...stack.matchAll(/^ +(at .*)$/gm)].map(([, line = '']) => line) : []
  const line = (lines.find(isAuthors) ?? lines[0])?.replace(folder, '')
  return [cause, line].filter((detail) => typeof detail === 'string')
}

const isAuthors = (line: string): boolean => !/\bnode:|\/node_modules\/|<anonymous>\)?$/.test(line)
