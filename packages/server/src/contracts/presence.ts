import type { Presence as ClientPresence } from '@daakia/protocol'
import type { SessionName } from '../identity.js'
import type { Attendance, Presence } from '../state/presence/port.js'
import { type Behaviours, type ContractKit, contract, type DurableBench, holds, same } from './kit.js'

/** Time that the suite moves. */
export interface PresenceTime {
  now(): number
  advance(delayMs: number): void | Promise<void>
}

/** A presence that is open on the time of the bench, with this grace. */
export interface PresenceBench extends DurableBench<Presence> {
  time: PresenceTime
  graceMs: number
  /** Opens it anew after the process died: what was not written is lost. Everything was written that is this old. */
  crash(): Promise<Presence>
  writtenAfterMs: number
}

const online: Attendance = { status: 'online', serves: false }
const away: Attendance = { status: 'away', serves: false }
const serving: Attendance = { status: 'online', serves: true }

const of = (client: string, connection = `${client}-1`, vendor = 'acme'): SessionName => ({
  vendor,
  client,
  connection,
})

const read = async (presence: Presence, client: string, vendor = 'acme'): Promise<ClientPresence | undefined> =>
  (await presence.read(vendor, [client]))[0]

/** Who has changed, in order. */
const listen = (presence: Presence): string[] => {
  const heard: string[] = []
  presence.onChange(({ vendor, client }) => heard.push(`${vendor}/${client}`))
  return heard
}

const presentOf = async (presence: Presence, vendor = 'acme'): Promise<string[]> => {
  const found: string[] = []
  for await (const client of presence.present(vendor)) found.push(client)
  return found.sort()
}

const behaviours: Behaviours<PresenceBench> = {
  'knows nothing of a client that was never there': async ({ subject }) => {
    same(await read(subject, 'ana'), { status: 'offline' })
    same(await presentOf(subject), [])
  },
  'has a client online at once, and offline since its drop when the grace is over': async ({
    subject,
    time,
    graceMs,
  }) => {
    const heard = listen(subject)
    const came = time.now()
    subject.enter(of('ana'), online)
    same(await read(subject, 'ana'), { status: 'online', since: came })
    await time.advance(1_000)
    const went = time.now()
    subject.leave(of('ana'), online)
    await time.advance(graceMs - 1)
    same(await read(subject, 'ana'), { status: 'online', since: came })
    same(heard, ['acme/ana'])
    await time.advance(1)
    same(await read(subject, 'ana'), { status: 'offline', since: went })
    same(heard, ['acme/ana', 'acme/ana'])
  },
  'sees nothing of a drop that is shorter than the grace, however often it comes': async (bench) => {
    const { subject, time, graceMs } = bench
    const came = time.now()
    subject.enter(of('ana'), online)
    await read(subject, 'ana')
    const heard = listen(subject)
    for (let i = 0; i < 5; i++) {
      subject.leave(of('ana'), online)
      await time.advance(graceMs - 1)
      subject.enter(of('ana'), online)
      await time.advance(graceMs)
    }
    same(heard, [])
    same(await read(subject, 'ana'), { status: 'online', since: came })
  },
  'counts a client over all its connections: online before away before offline': async ({ subject, time, graceMs }) => {
    subject.enter(of('ana', 'phone'), online)
    subject.enter(of('ana', 'laptop'), away)
    same((await read(subject, 'ana'))?.status, 'online')
    const went = time.now()
    subject.leave(of('ana', 'phone'), online)
    await time.advance(graceMs)
    same(await read(subject, 'ana'), { status: 'away', since: went })
    subject.leave(of('ana', 'laptop'), away)
    await time.advance(graceMs)
    same((await read(subject, 'ana'))?.status, 'offline')
  },
  'sees at once what a connection says of itself': async ({ subject, time }) => {
    subject.enter(of('ana'), online)
    await time.advance(1_000)
    const heard = listen(subject)
    subject.change(of('ana'), online, away)
    same(await read(subject, 'ana'), { status: 'away', since: time.now() })
    await time.advance(1_000)
    subject.change(of('ana'), away, online)
    same(await read(subject, 'ana'), { status: 'online', since: time.now() })
    subject.change(of('ana'), online, online)
    same(heard, ['acme/ana', 'acme/ana'])
  },
  'has who comes back as something else be that at once': async ({ subject, time }) => {
    subject.enter(of('ana'), online)
    subject.leave(of('ana'), online)
    await time.advance(1)
    subject.enter(of('ana'), away)
    same((await read(subject, 'ana'))?.status, 'away')
  },
  'counts, of a client that takes turns, only the connections that do so': async ({ subject, time, graceMs }) => {
    const bot = of('bot', 'bot-1')
    subject.enter(bot, online)
    subject.change(bot, online, serving)
    subject.enter(of('bot', 'console'), online)
    same((await read(subject, 'bot'))?.status, 'online')
    subject.leave(bot, serving)
    await time.advance(graceMs)
    same((await read(subject, 'bot'))?.status, 'offline')
    subject.leave(of('bot', 'console'), online)
    await time.advance(graceMs)
    subject.enter(of('bot', 'console'), online)
    same((await read(subject, 'bot'))?.status, 'offline')
  },
  'tells vendors apart, and clients whose names begin alike': async ({ subject }) => {
    subject.enter(of('ana'), online)
    subject.enter(of('an', 'an-1', 'other'), online)
    same(await read(subject, 'an'), { status: 'offline' })
    same(await read(subject, 'ana', 'other'), { status: 'offline' })
    same([await presentOf(subject), await presentOf(subject, 'other')], [['ana'], ['an']])
  },
  'lists those that are online or away, those in their grace included': async ({ subject, time, graceMs }) => {
    for (const name of ['ana', 'ben', 'cem']) subject.enter(of(name), online)
    subject.change(of('ben'), online, away)
    subject.leave(of('cem'), online)
    same(await presentOf(subject), ['ana', 'ben', 'cem'])
    await time.advance(graceMs)
    same(await presentOf(subject), ['ana', 'ben'])
  },
  'answers about many clients in their order': async ({ subject }) => {
    subject.enter(of('ben'), online)
    const statuses = (await subject.read('acme', ['ana', 'ben', 'cem'])).map(({ status }) => status)
    same(statuses, ['offline', 'online', 'offline'])
  },
  'tells a listener nothing after it has stopped': async ({ subject }) => {
    const heard: string[] = []
    const stop = subject.onChange(({ client }) => heard.push(client))
    subject.enter(of('ana'), online)
    await read(subject, 'ana')
    stop()
    subject.enter(of('ben'), online)
    await read(subject, 'ben')
    same(heard, ['ana'])
  },
  'knows since when a client is offline when it is opened anew': async (bench) => {
    const { time, graceMs } = bench
    bench.subject.enter(of('ana'), online)
    const went = time.now()
    bench.subject.leave(of('ana'), online)
    await time.advance(graceMs)
    const reopened = await bench.reopen()
    same(await read(reopened, 'ana'), { status: 'offline', since: went })
  },
  'has who was there when it ended be there until the grace is over, so that a restart is not seen': async (bench) => {
    const { time, graceMs } = bench
    const came = time.now()
    for (const name of ['ana', 'ben']) bench.subject.enter(of(name), online)
    await time.advance(60_000)
    const ended = time.now()
    const reopened = await bench.reopen()
    const heard = listen(reopened)
    same(await read(reopened, 'ana'), { status: 'online', since: came })
    await time.advance(graceMs - 1)
    reopened.enter(of('ana', 'another'), online)
    await time.advance(graceMs)
    same(await read(reopened, 'ana'), { status: 'online', since: came })
    same(await read(reopened, 'ben'), { status: 'offline', since: ended })
    same(heard, ['acme/ben'])
  },
  'knows after a crash who was there, and has them offline since it is known to have lived': async (bench) => {
    const { time, graceMs, writtenAfterMs } = bench
    const came = time.now()
    bench.subject.enter(of('ana'), online)
    await time.advance(writtenAfterMs)
    const crashed = await bench.crash()
    same(await read(crashed, 'ana'), { status: 'online', since: came })
    await time.advance(graceMs)
    const { status, since = 0 } = (await read(crashed, 'ana')) ?? {}
    same(status, 'offline')
    holds(came <= since && since <= came + writtenAfterMs, `${since} is not between its coming and the crash`)
  },
  'does not take the time of a second crash for that of the first': async (bench) => {
    const { time, graceMs, writtenAfterMs } = bench
    bench.subject.enter(of('ana'), online)
    await time.advance(writtenAfterMs)
    const died = time.now()
    const crashed = await bench.crash()
    await time.advance(graceMs - 1)
    crashed.enter(of('ben'), online)
    await time.advance(0)
    const again = await bench.crash()
    await time.advance(graceMs)
    const { since = 0 } = (await read(again, 'ana')) ?? {}
    holds(since <= died, `${since} is after the first crash, at ${died}`)
  },
  'notes who came back after a crash as there again': async (bench) => {
    const { time, graceMs, writtenAfterMs } = bench
    bench.subject.enter(of('ana'), online)
    await time.advance(writtenAfterMs)
    const crashed = await bench.crash()
    await time.advance(1)
    const back = time.now()
    crashed.enter(of('ana'), online)
    await time.advance(Math.max(graceMs, writtenAfterMs) * 2)
    const again = await bench.crash()
    same((await read(again, 'ana'))?.status, 'online')
    await time.advance(graceMs)
    const { since = 0 } = (await read(again, 'ana')) ?? {}
    holds(since >= back, `${since} is before it was last heard of, at ${back}`)
  },
  'knows a bot for one when it is opened anew': async (bench) => {
    const { time, graceMs } = bench
    bench.subject.enter(of('bot'), serving)
    bench.subject.leave(of('bot'), serving)
    await time.advance(graceMs)
    const reopened = await bench.reopen()
    reopened.enter(of('bot', 'console'), online)
    same((await read(reopened, 'bot'))?.status, 'offline')
    reopened.enter(of('bot'), serving)
    same((await read(reopened, 'bot'))?.status, 'online')
  },
}

/** What every presence does. */
export const presenceContract = (kit: ContractKit, open: () => Promise<PresenceBench>): void =>
  contract(kit, 'Presence', open, behaviours)
