import type { Command } from 'commander'
import { withServerAccess } from '../admin/access-flags.js'
import type { TranscriptOptions } from '../transcript/transcript.js'
import { duration } from './argument.js'
import { examples } from './examples.js'

/** `daakia transcript` */
export const addTranscript = (program: Command, run: (options: TranscriptOptions) => Promise<void>): void => {
  withServerAccess(program.command('transcript'))
    .description(
      'Write a conversation as a .chat file, which is a test: what was said, pressed and filled in, and when.',
    )
    .argument('<conversation>', "the conversation, such as 'ana~order-bot'")
    .option('--since <time>', 'only what was said in so much time until now: 30s, 15m, 12h, 7d', duration)
    .option('--out <file>', 'a file that does not exist yet (default: standard output)')
    .addHelpText(
      'after',
      examples([
        "daakia transcript 'ana~order-bot' --out test/conversations/ana.chat",
        "daakia transcript 'ana~order-bot' --since 2h --url mqtts://example.com --as console --password-file console.token",
      ]),
    )
    .action((conversation: string, options: Omit<TranscriptOptions, 'conversation'>) =>
      run({ ...options, conversation }),
    )
}
