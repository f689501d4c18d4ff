import type { Bot, BotConnection, RunInput } from '@daakia/bot-sdk'
import { connectInside } from '@daakia/bot-sdk/internal'
import { type OpenSocket, openTcpSocket } from '@daakia/client-sdk/internal'
import { noting } from '../../failure/noting.js'
import { hooksAt } from '../../faults/hooks.js'
import { line } from '../../host/line.js'
import { opens } from '../../scene/opening.js'
import { Unawaited } from '../../scene/unawaited.js'
import { seededRandom } from '../../time/seeded-random.js'
import { telling } from '../deeds.js'
import { Ends } from '../ends.js'
import { urlOf } from '../loopback.js'
import type { BotOrder, OfBot } from '../questions.js'
import { type ChildClock, clockBy } from './child-clock.js'
import { botOf, loadBots } from './load-bots.js'
import { withTest } from './with-test.js'

/** A program: a bot of a scene. It is forked, and told what to do. */

const ends = new Ends('client')
const test = withTest<OfBot>()
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))
let modules: readonly string[] = []
let loaded: readonly Bot[] = []
let clock: ChildClock | undefined
let running: BotConnection | undefined
let unawaited = new Unawaited([])

const sockets = async (): Promise<OpenSocket> => {
  const port = await test.ask('server')
  ends.count(port)
  return (_, events) => openTcpSocket(urlOf(port), events)
}

const run = ({ id, connection, seed, startAt, keepAliveSeconds, ...order }: BotOrder): void => {
  unawaited = new Unawaited(order.unawaited)
  const bot = unawaited.over(botOf(id, loaded, modules))
  clock = clockBy(order.clock)
  const { transport } = line({ client: id, connection, sockets, clock, keepAliveSeconds })
  const log = noting((note) => test.tell('note', note))
  const hooks = hooksAt((moment, { conversation }: { conversation: string }) =>
    test.ask('reach', { moment, conversation }),
  )
  const watch = telling(bot.machine, (deed) => test.tell('deed', deed))
  const startsAt = ({ message }: RunInput) => (opens(message) ? startAt : undefined)
  running = connectInside(bot, { transport, clock, random: seededRandom(seed), log, hooks }, { watch, startsAt })
  running.onStatus((status) => test.tell('status', status))
  test.tell('status', running.status)
}

test.answer('load', async (named) => {
  modules = named
  loaded = await loadBots(named)
})
test.answer('run', run)
test.answer('ready', () => running?.ready)
test.answer('look', async () => {
  // What has arrived is handled then, as far as it needs nobody else.
  await test.standsStill(nextTurn, 'server')
  return { ends: ends.all, nextDue: clock?.nextDue, atWork: unawaited.atWork }
})
test.answer('arriveAt', (time) => clock?.arriveAt(time))
test.answer('passTo', (time) => clock?.passTo(time))
test.answer('watch', (isWatched) => clock?.watch(isWatched))
