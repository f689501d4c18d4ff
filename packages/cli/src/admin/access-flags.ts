import { devOperator } from '@daakia/server'
import type { Command } from 'commander'
import { name, url } from '../commands/argument.js'
import { defaultUrl } from '../default-url.js'

/** Adds the options of {@link ServerAccess} to a command. */
export const withServerAccess = (command: Command): Command =>
  command
    .option('--url <url>', 'where the server is: mqtt://, mqtts://, ws:// or wss://', url, defaultUrl)
    .option('--as <client>', 'who asks: a client with the role vendor', name, devOperator)
    .option('--password-file <file>', 'a file with the password, or with the token')
