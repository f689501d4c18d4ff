import { type Command, Option } from 'commander'
import { type ChatOptions, defaultSilenceSeconds } from '../chat/chat.js'
import { defaultUrl } from '../default-url.js'
import { amountOfSeconds, url } from './argument.js'
import { examples } from './examples.js'

/** `daakia chat` */
export const addChat = (program: Command, run: (options: ChatOptions) => Promise<void>): void => {
  program
    .command('chat')
    .description('Talk with a bot. Where the input is not a terminal, each of its lines is a message.')
    .requiredOption('--as <client>', 'who is talking')
    .option(
      '--to <client>',
      'whom to: a bot, or any client. Where the server runs with --dev, the one bot that is there',
    )
    .option('--url <url>', 'where the server is: mqtt://, mqtts://, ws:// or wss://', url, defaultUrl)
    .option('--password-file <file>', 'a file with the password, or with the token')
    .addOption(
      new Option('--silence <seconds>', 'give up on a bot that does nothing for so long; not at a terminal')
        .default(defaultSilenceSeconds)
        .argParser(amountOfSeconds),
    )
    .showHelpAfterError('Such as: daakia chat --as ana --to order-bot. Run it with --help to see what it takes.')
    .addHelpText(
      'after',
      examples([
        'daakia chat --as ana',
        'daakia chat --as ana --to order-bot',
        'daakia chat --as ana --to order-bot --url mqtts://example.com:8883 --password-file ana.token',
        "printf 'hello\\ntwo large pizzas\\n' | daakia chat --as ana --to order-bot",
      ]),
    )
    .action(({ silence, ...options }) => run({ ...options, silenceSeconds: silence }))
}
