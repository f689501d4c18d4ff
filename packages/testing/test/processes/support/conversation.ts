import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient, type Message } from '@daakia/client-sdk'
import { FixtureProcess } from './process.js'

export interface Builds {
  server: string
  bot: string
}

export interface OpenOptions {
  builds?: Builds
  /** How long a lease lasts unless it is renewed. */
  leaseMs?: number
  /** How long a lease lasts at most, however often it is renewed. */
  longestLeaseMs?: number
  /** Whom ana talks with: `reminding-bot` by default. */
  bot?: string
  /** What the first instance of the bot is started with. */
  botArguments?: readonly string[]
}

/** Ana, a server and a bot: three processes, of which the test is Ana's. */
export class ConversationInProcesses {
  private readonly bots: { process: FixtureProcess; first: string | undefined }[] = []
  private client?: Client
  private people = 0
  private heard: Message[] = []
  private readonly listeners = new Set<() => void>()

  private constructor(
    private readonly builds: Builds,
    private readonly folder: string,
    private readonly leaseArguments: readonly string[],
    public server: FixtureProcess,
    private readonly port: number,
    private readonly botId: string,
  ) {}

  static async open({
    builds,
    leaseMs = 10_000,
    longestLeaseMs = 600_000,
    bot = 'reminding-bot',
    botArguments = [],
  }: Required<Pick<OpenOptions, 'builds'>> & OpenOptions): Promise<ConversationInProcesses> {
    const folder = await mkdtemp(join(tmpdir(), 'daakia-processes-'))
    const leaseArguments = [String(leaseMs), String(longestLeaseMs)]
    const server = await FixtureProcess.start(builds.server, folder, '0', ...leaseArguments)
    const opened = new ConversationInProcesses(builds, folder, leaseArguments, server, server.mqttPort, bot)
    await opened.startBot(...botArguments)
    opened.join()
    return opened
  }

  /** The newest instance of the bot. */
  get bot(): FixtureProcess {
    return this.bots.at(-1)?.process as FixtureProcess
  }

  /** The newest instance that was started with this as its first argument. */
  botOf(first: string): FixtureProcess {
    return this.bots.findLast((bot) => bot.first === first)?.process as FixtureProcess
  }

  async startBot(...args: readonly string[]): Promise<FixtureProcess> {
    this.bots.push({ process: await FixtureProcess.start(this.builds.bot, this.url, ...args), first: args[0] })
    return this.bot
  }

  async restartServer(): Promise<void> {
    this.server = await FixtureProcess.start(this.builds.server, this.folder, String(this.port), ...this.leaseArguments)
  }

  /** Ana goes, and another Ana comes, who has said and heard nothing: she has a conversation of her own. */
  async anew(): Promise<void> {
    await this.client?.close({ giveUpAfterMs: 0 })
    this.listeners.clear()
    this.heard = []
    this.join()
  }

  say(text: string): void {
    void this.conversation.send(text).catch(() => undefined)
  }

  /** Resolves once the bot has said `text`. */
  hears(text: string): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!this.heard.some((message) => textOf(message) === text)) return
        this.listeners.delete(look)
        resolve()
      }
      this.listeners.add(look)
      look()
    })
  }

  /** The whole journal, a line for each text, in order. @throws where its numbers are not dense */
  async journal(): Promise<string[]> {
    const { messages } = await this.conversation.history({ limit: 1000 })
    messages.forEach(({ seq }, index) => {
      if (seq !== index + 1) throw new Error(`entry ${index + 1} of the journal has the number ${seq}`)
    })
    return messages.map((message) => `${message.from === this.ana ? 'ana' : message.from}: ${textOf(message)}`)
  }

  async close(): Promise<void> {
    await this.client?.close({ giveUpAfterMs: 0 })
    for (const process of [...this.bots.map((bot) => bot.process), this.server]) await process.kill()
    await rm(this.folder, { recursive: true, force: true })
  }

  private get url(): string {
    return `mqtt://127.0.0.1:${this.port}`
  }

  private get conversation() {
    if (!this.client) throw new Error('Ana has not joined')
    return this.client.to(this.botId)
  }

  private get ana(): string {
    return `ana-${this.people}`
  }

  private join(): void {
    this.people++
    this.client = createClient({ url: this.url, identity: this.ana, backoff: { longestMs: 200 } })
    this.client.onMessage((message) => {
      this.heard.push(message)
      for (const listener of this.listeners) listener()
    })
  }
}

const textOf = ({ payload }: Message): string => new TextDecoder().decode(payload)
