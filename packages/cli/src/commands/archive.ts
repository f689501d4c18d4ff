import { type Command, InvalidArgumentError } from 'commander'
import type { ArchiveOptions } from '../archive/archive.js'
import { secondsOf } from '../token/duration.js'
import { name } from './argument.js'
import { addStoreFlags, type StoreWords, storeOptionsOf } from './data-flags.js'
import { examples } from './examples.js'

/** `daakia archive` */
export const addArchive = (program: Command, run: (options: ArchiveOptions) => Promise<void>): void => {
  const command = program
    .command('archive')
    .description(
      'Move older messages into files of a folder, which histories still read. Servers on a Redis go on; a data folder has to be free.',
    )
    .option('--to <folder>', 'where they go (default: archive.folder of the configuration)')
    .option('--older-than <duration>', 'move messages that are older, such as 90d or 12h', seconds)
    .option('--keep-messages <number>', 'move all but so many of the newest of a conversation', whole)
    .option('--vendor <vendor>', 'only the messages of this vendor', name)
  addStoreFlags(command)
    .addHelpText(
      'after',
      examples([
        'daakia archive --data .daakia --to /mnt/archive --older-than 90d',
        'daakia archive --redis redis://127.0.0.1:6379 --to /mnt/archive --older-than 30d --keep-messages 1000',
        'daakia archive --vendor acme --keep-messages 500',
      ]),
    )
    .action(({ to, olderThan, keepMessages, vendor, ...words }: ArchiveWords) =>
      run({
        ...(to !== undefined && { to }),
        ...(olderThan !== undefined && { afterSeconds: olderThan }),
        ...(keepMessages !== undefined && { keepMessages }),
        ...(vendor !== undefined && { vendor }),
        ...storeOptionsOf(words),
      }),
    )
}

interface ArchiveWords extends StoreWords {
  to?: string
  olderThan?: number
  keepMessages?: number
  vendor?: string
}

const seconds = (text: string): number => {
  const duration = secondsOf(text)
  if (duration === undefined) throw new InvalidArgumentError('It must be a duration, such as 90d, 12h or 30m.')
  return duration
}

const whole = (text: string): number => {
  const number = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('It must be a whole number, and more than 0.')
  return number
}
