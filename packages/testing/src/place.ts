import type { Crashes, CrashPoint } from './faults/crash-point.js'
import { hooksAt } from './faults/hooks.js'
import { botsInside } from './host/bot-inside.js'
import { InnerHost } from './host/host.js'
import type { Host, StartBot } from './host/port.js'
import { ClockOfProcesses } from './processes/clock-of-processes.js'
import { ProcessHost } from './processes/process-host.js'
import { Wings } from './processes/wings.js'
import type { Schedule } from './races/schedule.js'
import { ScheduledClock } from './races/scheduled-clock.js'
import type { Traffic } from './scene/rest.js'
import { RealClock } from './time/real-clock.js'
import type { SceneClock } from './time/scene-clock.js'
import { seededRandom, seedFor } from './time/seeded-random.js'
import { VirtualClock } from './time/virtual-clock.js'

/** Where server and bots of a scene run: in the process of the test, or each in one of its own. */
export interface Place {
  clock: SceneClock
  host: Host
  /** @param travelled called whenever bytes go between the server and a bot */
  bots(travelled: () => void): StartBot
  /** Nobody is at work but on what is not waited for; absent where that is told elsewhere. */
  isHeldUp?: (() => boolean) | undefined
  /** Ends the server as a crash in this moment would. */
  crashAt(moment: CrashPoint['at'], traffic: Readonly<Traffic>): void
  close(): Promise<void>
}

export interface PlaceOptions {
  seed: number
  time: 'virtual' | 'real'
  /** How soon a connection that is half-open is noticed. */
  keepAliveSeconds: number
  transport: 'memory' | 'tcp' | 'process'
  /** When virtual time begins, milliseconds since the Unix epoch. */
  startsAt: number
  /** Who goes first, where several race. */
  schedule?: Schedule | undefined
  /** Who is killed, and where. */
  crashes?: Crashes | undefined
  /** Addresses of the modules that export the bots, for processes of their own. */
  modules: readonly string[]
  /** Names of actors, whose work nobody waits for, for processes of their own. */
  unawaited?: readonly string[] | undefined
  /** Where processes wait; the place has its own where it is absent. */
  wings?: Wings | undefined
}

/** @param reach is called when this moment has come in the server, and waited for */
type Reach = (moment: CrashPoint['at']) => Promise<never> | undefined

/** Of the server's tables: what people are told of. The rest is kept for the server itself. */
const toldTables = ['conversations', 'journal', 'states', 'standings']

const isTold = (changed: ReadonlySet<string>): boolean => toldTables.some((table) => changed.has(table))

export const openPlace = (options: PlaceOptions, reach: Reach): Promise<Place> =>
  options.transport === 'process' ? inProcesses(options, reach) : inside(options, options.transport, reach)

const inside = async (
  { time, startsAt, seed, keepAliveSeconds, schedule, crashes }: PlaceOptions,
  transport: 'memory' | 'tcp',
  reach: Reach,
): Promise<Place> => {
  const clock = time === 'real' ? new RealClock() : virtualClock(startsAt, schedule)
  const random = seededRandom(seedFor(seed, 'server'))
  const flushing = (tables: ReadonlySet<string>) => (isTold(tables) ? reach('store.flushing') : undefined)
  const host = await InnerHost.open({
    ...{ transport, clock, random, keepAliveSeconds, hooks: hooksAt(reach) },
    ...(crashes && { flushing }),
  })
  const crashAt: Place['crashAt'] = (moment, traffic) => {
    if (moment === 'store.flushing') void host.crashUnflushed(traffic)
    else host.crash()
  }
  const bots: Place['bots'] = (travelled) => botsInside({ clock, keepAliveSeconds, travelled })
  return { clock, host, crashAt, bots, close: () => host.close() }
}

const virtualClock = (startsAt: number, schedule: Schedule | undefined): VirtualClock =>
  schedule ? new ScheduledClock(startsAt, schedule) : new VirtualClock(startsAt)

const inProcesses = async (
  { time, startsAt, seed, modules, wings, keepAliveSeconds, unawaited }: PlaceOptions,
  reach: Reach,
): Promise<Place> => {
  const clock = new ClockOfProcesses(time === 'real' ? new RealClock() : new VirtualClock(startsAt))
  const own = wings ? undefined : await Wings.open({ modules, plays: 'one' })
  const options = { clock, seed, reach, keepAliveSeconds, unawaited: unawaited ?? [] }
  const host = await ProcessHost.open({ ...options, wings: wings ?? (own as Wings) })
  const close = async () => {
    await host.close()
    await own?.close()
  }
  const bots: Place['bots'] = (travelled) => (start) => host.startBot(start, travelled)
  const isHeldUp = unawaited && (() => host.isHeldUp)
  return { clock, host, crashAt: () => host.crash(), bots, isHeldUp, close }
}
