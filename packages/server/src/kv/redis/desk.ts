import type { RedisAnswer } from '../../redis/link.js'
import { RedisScript } from '../../redis/script.js'
import { Ahead } from '../ahead.js'
import type { Change } from '../engine.js'
import { incarnations } from '../incarnations.js'
import type { Transaction } from '../port.js'
import { Transactions } from '../transaction.js'
import { unpackValue } from '../values.js'
import checkSource from './check.lua'
import commitSource from './commit.lua'
import { Known, stampBytes } from './known.js'
import { Layout, type Place } from './layout.js'
import { Owed, type OwedOptions } from './owed.js'
import { Past } from './past.js'
import pastSource from './past.lua'
import type { Incarnation } from './raising.js'
import readSource from './read.lua'
import { Request } from './request.js'
import { Segments } from './segments.js'
import { asRefused } from './steps.js'
import { SureScripts, type SureScriptsOptions } from './sure-scripts.js'
import { type Check, type Missing, View } from './view.js'
import { WentBackError } from './went-back.js'
import type { Work } from './work.js'

export interface DeskOptions extends SureScriptsOptions, OwedOptions {
  /** Of all keys, with the hash tag. */
  beginning: string
  /** Tells this process from all others. */
  process: Buffer
  /** Called when what is known may never have been, before anything else is read or written. */
  wentBack(): void
  /** Settles what is to be written down; rejects where that can't be done now. */
  writeDown(): Promise<void>
}

/** A script without its first line, which says how it is run. */
const bodyOf = (source: string): string => source.slice(source.indexOf('\n'))

/** Only looks: it is run where Redis is full, too. */
const checkScript = new RedisScript('check', `#!lua flags=no-writes${bodyOf(pastSource)}${bodyOf(checkSource)}`)
const commitScript = new RedisScript('commit', `#!lua${[pastSource, checkSource, commitSource].map(bodyOf).join('')}`)
const readScript = new RedisScript('read', `#!lua flags=no-writes${bodyOf(pastSource)}${bodyOf(readSource)}`)

/** As long Redis remembers the newest commit of a process that may ask for it again. */
const rememberedMs = 3_600_000

const asItIs = { seal: (_table: unknown, _key: unknown, value: Uint8Array) => value }

type Works = readonly Pick<Work<unknown, unknown>, 'run'>[]

/** What transactions have made, and what has to be so for it to stand. */
interface Made {
  changes: readonly Change[]
  checks: readonly Check[]
}

/** What they have made of what is known. */
interface Attempt extends Made {
  moments: ReadonlySet<number>
  missing: readonly Missing[]
}

/** What groups are made from, and asked on. */
interface Round {
  /** Of the past: when it is another one by now, nothing more is made of what was read. */
  line: number
  segments: Segments
  /** The moments at which something was asked for it. */
  own: Set<number>
}

/** Runs groups of transactions, one after the other, until what they write is in Redis. */
export class Desk {
  readonly #options: DeskOptions
  readonly #sure: SureScripts
  readonly #layout: Layout
  readonly #known = new Known()
  readonly #commits: string
  readonly #process: Buffer
  readonly #past = new Past()
  readonly #incarnation: Place
  /** Of which incarnation what is known is; `undefined` until that is read. */
  #of: { stamp: Buffer; count: number } | undefined
  readonly #owed: Owed
  #commit = 0
  /** Counts what was read from Redis and written to it. */
  #moment = 0

  constructor(options: DeskOptions) {
    const { beginning, process } = options
    this.#options = options
    this.#sure = new SureScripts(options)
    this.#owed = new Owed(options)
    this.#layout = new Layout(beginning)
    this.#process = process
    this.#commits = this.#layout.commitsOf(process.toString('hex'))
    this.#incarnation = this.#layout.place(incarnations, [0])
  }

  /**
   * Runs them in their order. What each has answered or thrown stands when this resolves.
   *
   * @throws StorageError; nothing of them is kept, unless its message says that this is not known
   */
  async settle(works: Works): Promise<void> {
    for (;;) {
      await this.#writeDown().catch((error) => {
        throw asRefused(error)
      })
      try {
        return await this.#settle(works)
      } catch (error) {
        if (!(error instanceof WentBackError)) throw error
        // What others have heard is written down first; then it is done on what there is.
        if (this.#owed.isByOthers && !error.inDoubt) continue
        // Where it can't be done now, it is done before what is asked next.
        await this.#writeDown().catch(() => {})
        throw error
      }
    }
  }

  /**
   * It had gone back so often, and knew of less: so it has once more, and that is written down before anything else is. Nothing is to be
   * done where that is to be written down already, or where it has been, as is known by now.
   */
  hadGoneBack(times: number): void {
    if (this.#owed.heardOf(times, this.#of?.count ?? 0)) this.#breakOff()
  }

  /** Others have what it has lost, and it has gone back so often, as it knows: once more is written down, as there. */
  hasLost(times: number, goOn: (tx: Transaction) => void): void {
    if (this.#owed.hasLost(times, this.#of?.count ?? 0, goOn)) this.#breakOff()
  }

  /** That the partition went back, unless another process has done so. */
  #writeDown(): Promise<void> {
    return this.#owed.writeDown((raise) => this.#settle([raise]))
  }

  async #settle(works: Works): Promise<void> {
    const round = this.#begin()
    for (;;) {
      const attempt = this.#attempt(works, round)
      if (attempt.missing.length > 0) await this.#fetch(attempt.missing, round)
      else if (await this.#isDone(attempt, round)) return
    }
  }

  /** What is answered of what another process has written is a promise as well: the replicas have to have that, too. */
  async #isDone(attempt: Attempt, round: Round): Promise<boolean> {
    const isCommit = attempt.changes.length > 0 || this.#options.link.replicas > 0
    return (!isCommit && isOfOneMoment(attempt, round)) || this.#write(attempt, round, isCommit)
  }

  #begin(): Round {
    this.#known.tidy()
    return { line: this.#past.line, segments: new Segments(), own: new Set() }
  }

  /**
   * Runs what only reads, each by itself: one that has come to an end does not run again with the others. What each has answered
   * or thrown stands when this resolves.
   *
   * @throws StorageError
   */
  async look(works: Works): Promise<void> {
    for (;;)
      try {
        // Where nothing can be written, it can be read.
        if (this.#owed.isDue) await this.#options.writeDown().catch(() => {})
        return await this.#look(works)
      } catch (error) {
        if (!(error instanceof WentBackError)) throw error
      }
  }

  async #look(works: Works): Promise<void> {
    const round = this.#begin()
    for (let left = works; ; ) {
      const open = left
        .map((work) => ({ work, ...this.#attempt([work], round) }))
        .filter((attempt) => !isOfOneMoment(attempt, round))
      if (open.length === 0) return
      left = open.map(({ work }) => work)
      const missing = new Map(open.flatMap((attempt) => attempt.missing.map((each) => [each.name, each])))
      if (missing.size > 0) await this.#fetch([...missing.values()], round)
      else if (await this.#write({ changes: [], checks: open.flatMap(({ checks }) => checks) }, round, false)) return
    }
  }

  #attempt(works: Works, { segments }: Round): Attempt {
    const view = new View(this.#layout, this.#known, segments, this.#of && this.#incarnation.name)
    const transactions = new Transactions(new Ahead(view), asItIs)
    // Those that come after one that lacks something are run for what they will ask for: they run again.
    for (const work of works) work.run(transactions)
    const { checks, missing, alwaysCheckedAt } = view
    const moments = view.moments.size === 0 && alwaysCheckedAt !== undefined ? new Set([alwaysCheckedAt]) : view.moments
    return { changes: transactions.take(), checks: [...checks.values()], moments, missing: [...missing.values()] }
  }

  async #fetch(missing: readonly Missing[], round: Round): Promise<void> {
    const request = new Request(this.#layout.past)
    request.read({ kind: 'entry', name: this.#incarnation.name, place: this.#incarnation })
    for (const each of missing) request.read(each)
    const [, incarnation = null, ...answers] = await this.#ask('read', readScript, request, round)
    const moment = this.#nextMoment(round)
    this.#known.setStored(this.#incarnation, incarnation, moment)
    this.#noteIncarnation()
    for (const [i, each] of missing.entries()) this.#learn(each, answers[i] as RedisAnswer, round, moment)
  }

  #nextMoment({ own }: Round): number {
    own.add(++this.#moment)
    return this.#moment
  }

  /**
   * Answers whether it was done, and what else was answered.
   *
   * @throws WentBackError
   */
  async #ask(
    way: 'read' | 'write',
    script: RedisScript,
    { keys, args }: Request,
    { line }: Round,
  ): Promise<RedisAnswer[]> {
    if (line !== this.#past.line) throw new WentBackError()
    let tries = 0
    const answer = await this.#sure[way](script, keys, () => {
      tries++
      return [...this.#past.argsOn(line), ...args]
    })
    const [done = 0, count = 0, newest = null, ...rest] = answer as RedisAnswer[]
    // What goes beside it may have found before that it went back.
    const isOnLine = line === this.#past.line
    if (done === -1) {
      if (isOnLine) this.#foundLess(count, newest)
      throw new WentBackError({ inDoubt: way === 'write' && tries > 1 })
    }
    if (isOnLine) this.#past.saw(count, newest)
    else if (way === 'read' || !done) throw new WentBackError()
    return [done, ...rest]
  }

  #foundLess(count: RedisAnswer, newest: RedisAnswer): void {
    this.#owed.foundLess(this.#of?.count ?? 0, this.#past.wentBack(count, newest))
    this.#forget()
  }

  #breakOff(): void {
    this.#past.breakOff()
    this.#forget()
  }

  #forget(): void {
    this.#known.clear()
    this.#of = undefined
    this.#options.wentBack()
  }

  /** @throws WentBackError where another process has found that the partition went back */
  #noteIncarnation(): void {
    const found = this.#known.entry(this.#incarnation)
    if (!found || this.#of?.stamp.equals(found.stamp)) return
    const { stamp, bytes } = found
    const incarnation: Incarnation = bytes ? incarnationIn(bytes) : [0, 0]
    // Of its own, which was in doubt, it has forgotten all that is lost.
    const isNews = this.#of !== undefined && !this.#owed.isMadeByOwn(incarnation)
    if (isNews) this.#forget()
    this.#of = { stamp, count: incarnation[0] }
    if (isNews) throw new WentBackError()
  }

  #learn(missing: Missing, answer: RedisAnswer, { segments }: Round, moment: number): void {
    if (missing.kind === 'entry') this.#known.setStored(missing.place, answer, moment)
    else if (missing.kind === 'segment') segments.set(missing.query, answer, moment)
    else if (missing.kind === 'ends') this.#learnEnds(missing.sequence, answer as RedisAnswer[], moment)
    else
      for (const [i, value] of (answer as RedisAnswer[]).entries())
        this.#known.setStored(this.#layout.numbered(missing.sequence, missing.from + i), value, moment)
  }

  #learnEnds(sequence: string, [ends = null, newest = null]: RedisAnswer[], moment: number): void {
    this.#known.setEnds(sequence, ends, moment)
    const { last } = this.#known.ends(sequence) as { last: number }
    if (last > 0) this.#known.setStored(this.#layout.numbered(sequence, last), newest, moment)
  }

  /** Whether it was written; if not, what is there now is known, and that the rest of it was so at the same moment. */
  async #write({ changes, checks }: Made, round: Round, isCommit: boolean): Promise<boolean> {
    const number = isCommit ? ++this.#commit : 0
    const stamp = this.#stamp(number)
    const checked = this.#of
      ? [...checks, { kind: 'entry' as const, place: this.#incarnation, stamp: this.#of.stamp }]
      : checks
    const request = new Request(this.#layout.past, this.#commits)
    request.args.push(number, rememberedMs, stamp, checked.length)
    for (const check of checked) request.check(check)
    for (const change of changes) request.change(change, this.#layout)
    const [isWritten, ...failed] = isCommit
      ? await this.#ask('write', commitScript, request, round)
      : await this.#ask('read', checkScript, request, round)
    const moment = this.#nextMoment(round)
    if (isWritten) for (const change of changes) this.#wrote(change, stamp, moment)
    else {
      this.#learnFrom(checked, failed, round, moment)
      this.#noteIncarnation()
    }
    return Boolean(isWritten)
  }

  /** @param failed places of checks, each followed by what is there now */
  #learnFrom(checks: readonly Check[], failed: readonly RedisAnswer[], { segments }: Round, moment: number): void {
    const wrong = new Map<Check, RedisAnswer>()
    for (let i = 0; i < failed.length; i += 2)
      wrong.set(checks[(failed[i] as number) - 1] as Check, failed[i + 1] as RedisAnswer)
    for (const check of checks)
      if (wrong.has(check)) this.#correct(check, wrong.get(check) ?? null, segments, moment)
      else this.#confirm(check, segments, moment)
  }

  #wrote({ table, key, bytes }: Change, stamp: Buffer, moment: number): void {
    if (table === incarnations && bytes) this.#of = { stamp, count: incarnationIn(bytes)[0] }
    this.#known.setWritten(this.#layout.place(table, key), stamp, bytes, moment)
    if (!table.followed) return
    const sequence = this.#layout.sequenceKey(table, key.slice(0, -1))
    const number = key.at(-1) as number
    const ends = this.#known.ends(sequence)
    if (!ends) return
    if (!bytes) this.#known.forgetEnds(sequence)
    else if (number > ends.last)
      this.#known.setEnds(sequence, Buffer.from(`${ends.last === 0 ? number : ends.first}:${number}`), moment)
  }

  #correct(check: Check, found: RedisAnswer, segments: Segments, moment: number): void {
    if (check.kind === 'entry') this.#known.setStored(check.place, found, moment)
    else if (check.kind === 'ends') this.#learnEnds(check.sequence, found as RedisAnswer[], moment)
    else segments.forget(check.query)
  }

  #confirm(check: Check, segments: Segments, moment: number): void {
    if (check.kind === 'entry') this.#known.confirmEntry(check.place, check.stamp, moment)
    else if (check.kind === 'ends') this.#known.confirmEnds(check.sequence, check.ends, moment)
    else segments.confirm(check.query, check.digest, moment)
  }

  /** No two commits have the same one, whoever makes them. */
  #stamp(number: number): Buffer {
    const stamp = Buffer.alloc(stampBytes)
    this.#process.copy(stamp)
    stamp.writeUIntBE(number, stampBytes - 6, 6)
    return stamp
  }
}

/** Nothing is written, and all of it was so at one moment after it was asked for: at one of its own. */
const isOfOneMoment = ({ changes, missing, moments }: Attempt, { own }: Round): boolean =>
  changes.length + missing.length === 0 &&
  (moments.size === 0 || (moments.size === 1 && [...moments].every((moment) => own.has(moment))))

const incarnationIn = (bytes: Uint8Array): Incarnation => unpackValue(bytes) as Incarnation
