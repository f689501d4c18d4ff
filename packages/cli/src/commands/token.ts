import { type Command, Option } from 'commander'
import type { TokenOptions } from '../token/token.js'
import { duration, name } from './argument.js'
import { examples } from './examples.js'

/** `daakia token` */
export const addToken = (program: Command, run: (options: TokenOptions) => Promise<void>): void => {
  program
    .command('token')
    .description('Write a token (JWT) for a client: what the client sends as its MQTT password.')
    .requiredOption('--client <client>', 'whom it is for', name)
    .requiredOption('--vendor <vendor>', 'whom the client belongs to', name)
    .addOption(new Option('--role <role>', 'the client speaks for the vendor itself').choices(['vendor']))
    .option('--secret-file <file>', 'what signs it: a secret of 32 bytes or more (HS256)')
    .option('--key-file <file>', 'what signs it: a private key in PEM form (RS256, ES256)')
    .option('--key-id <id>', 'which key of a key set that is (kid)')
    .requiredOption('--expires <duration>', 'how long it is good for, such as 30s, 15m, 12h or 7d', duration)
    .option('--issuer <issuer>', 'the iss that the server asks for')
    .option('--audience <audience>', 'the aud that the server asks for')
    .addHelpText(
      'after',
      examples([
        'openssl rand -hex 32 > jwt-secret',
        'daakia token --client ana --vendor acme --secret-file jwt-secret --expires 12h',
        'daakia token --client ana --vendor acme --key-file private-key.pem --key-id 2026 --expires 15m',
      ]),
    )
    .action(({ expires, ...options }) => run({ ...options, expiresSeconds: expires }))
}
