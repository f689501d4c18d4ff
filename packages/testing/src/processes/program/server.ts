import { rmSync } from 'node:fs'
import { createServer, type Server } from '@daakia/server'
import { hooksAt } from '../../faults/hooks.js'
import { serverTerms } from '../../host/server-terms.js'
import { seededRandom } from '../../time/seeded-random.js'
import { Ends } from '../ends.js'
import { loopback } from '../loopback.js'
import type { OfServer, ServerOrder } from '../questions.js'
import { type ChildClock, clockBy } from './child-clock.js'
import { withTest } from './with-test.js'

/** A program: the server of a scene. It is forked, and told what to do. */

/** Of this program, as far as it is compiled by now; `run` has it at hand. */
declare const compiledCode: () => Uint8Array

interface Opened {
  server: Server
  clock: ChildClock
}

let opened: Opened | undefined
/** Of the server that is open, or is being opened. */
let clock: ChildClock | undefined
/** Of the server that is open, or is being opened. */
let dataIn: string | undefined
const ends = new Ends('server')
const test = withTest<OfServer>(() => {
  if (dataIn !== undefined) rmSync(dataIn, { recursive: true, force: true })
})

const theOpened = (): Opened => {
  if (opened) return opened
  throw new Error('No server is open in this process')
}

const open = async ({ folder, seed, clock: clockwork, keepAliveSeconds }: ServerOrder): Promise<{ port: number }> => {
  dataIn = folder
  const made = clockBy(clockwork)
  clock = made
  const server = createServer({
    ...serverTerms,
    ...{ clock: made, storage: { folder }, listen: { host: loopback, mqttPort: 0 }, random: seededRandom(seed) },
    limits: { keepAliveSeconds },
    hooks: hooksAt((moment, { conversation }) => test.ask('reach', { moment, conversation })),
  })
  const { mqttPort: port = 0 } = await server.start()
  ends.count(port)
  opened = { server, clock: made }
  return { port }
}

test.answer('code', () => compiledCode())
test.answer('open', open)
test.answer('look', async ({ butTurns }) => {
  const { server, clock } = theOpened()
  await test.standsStill(() => server.rest({ butTurns }))
  return { ends: ends.all, nextDue: clock.nextDue }
})
test.answer('openTurns', () => theOpened().server.openTurns())
test.answer('arriveAt', (time) => void theOpened().clock.arriveAt(time))
test.answer('passTo', async (time) => void (await theOpened().clock.passTo(time)))
test.answer('watch', (isWatched) => clock?.watch(isWatched))
test.answer('close', async () => {
  const { server } = theOpened()
  await server.close()
  opened = undefined
  dataIn = undefined
})
