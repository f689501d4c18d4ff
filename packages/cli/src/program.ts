import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { type ChatOptions, chat, defaultSilenceSeconds, defaultUrl } from './chat/chat.js'
import type { DaakiaConfig } from './config/schema.js'
import { type Io, processIo, type Status } from './io.js'
import { type ServeOptions, serve } from './serve/serve.js'

/** Runs `daakia` with these arguments, the words after its name. */
export const run = async (words: readonly string[], io: Io = processIo): Promise<Status> => {
  let status: Status = 0
  const done = (result: Status) => {
    status = result
  }
  try {
    await programOf(io, done).parseAsync(words, { from: 'user' })
    return status
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    throw error
  }
}

const programOf = (io: Io, done: (status: Status) => void): Command => {
  const program = new Command('daakia')
    .description('Conversational bots over MQTT: a server, and a chat with what runs on it.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('Run it with --help to see what it takes.')
    .configureOutput({ writeOut: (text) => io.output.write(text), writeErr: (text) => io.errors.write(text) })
    .exitOverride()
  addServe(program, async (options) => done(await serve(options, io)))
  addChat(program, async (options) => done(await chat(options, io)))
  return program
}

const addServe = (program: Command, run: (options: ServeOptions) => Promise<void>) => {
  program
    .command('serve')
    .description('Run the server, until Ctrl-C.')
    .option('--config <file>', 'the configuration; by default daakia.config.ts, .js or .json of this folder')
    .option('--check-config', 'say what would run, and run nothing')
    .option('--dev', 'let clients on this machine in without a password; the MQTT user name is the client')
    .option('--mqtt-port <port>', 'where MQTT listens; 0 takes a free port (default: 1883)', port)
    .option('--mqtts-port <port>', 'where MQTT over TLS listens', port)
    .option('--http-port <port>', 'where WebSocket (/mqtt) and /healthz listen (default: 8080)', port)
    .option('--https-port <port>', 'the same over TLS', port)
    .option('--host <address>', 'the address to listen on (default: 127.0.0.1, this machine only)')
    .option('--data <folder>', 'where everything is kept (default: .daakia)')
    .addHelpText(
      'after',
      examples(['daakia serve --dev', 'daakia serve --dev --mqtt-port 0 --http-port 0 --data /tmp/daakia']),
    )
    .action((words: ServeWords) => run(serveOptionsOf(words)))
}

/** What `daakia serve` was given. */
type ServeWords = Pick<DaakiaConfig, 'dev' | 'data'> &
  Omit<NonNullable<DaakiaConfig['listen']>, 'tls'> & { config?: string; checkConfig?: boolean }

const serveOptionsOf = ({ config, checkConfig, dev, data, ...listen }: ServeWords): ServeOptions => ({
  ...(config !== undefined && { configFile: config }),
  ...(checkConfig && { checkConfig }),
  flags: { dev, data, listen },
})

const addChat = (program: Command, run: (options: ChatOptions) => Promise<void>) => {
  program
    .command('chat')
    .description('Talk with a bot. Where the input is not a terminal, each of its lines is a message.')
    .requiredOption('--as <client>', 'who is talking')
    .requiredOption('--to <client>', 'whom to')
    .option('--url <url>', 'where the server is: mqtt://, mqtts://, ws:// or wss://', url, defaultUrl)
    .addOption(
      new Option('--silence <seconds>', 'give up on a bot that does nothing for so long; not at a terminal')
        .default(defaultSilenceSeconds)
        .argParser(seconds),
    )
    .addHelpText(
      'after',
      examples([
        'daakia chat --as ana --to order-bot',
        "printf 'hello\\ntwo large pizzas\\n' | daakia chat --as ana --to order-bot",
      ]),
    )
    .action(({ silence, ...options }) => run({ ...options, silenceSeconds: silence }))
}

const examples = (lines: readonly string[]) => `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}`

const port = (text: string): number => {
  const value = Number(text)
  if (/^\d{1,5}$/.test(text) && value <= 65_535) return value
  throw new InvalidArgumentError('A port is a number from 0 to 65535.')
}

const seconds = (text: string): number => {
  const value = Number(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('It is a number of seconds above 0.')
}

const url = (text: string): string => {
  if (/^(mqtts?|wss?):\/\/[^/]/.test(text) && URL.canParse(text)) return text
  throw new InvalidArgumentError('It looks like mqtt://127.0.0.1:1883 or ws://127.0.0.1:8080/mqtt.')
}

const version = (): string => JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
