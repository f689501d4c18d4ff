import { setTimeout as sleep } from 'node:timers/promises'
import type { Area } from '../areas/index.js'
import { membership } from '../history/membership.js'
import type { Recorder } from '../history/recorder.js'
import type { Cast } from '../plan/cast.js'
import type { Rig } from '../rig/rig.js'
import { Journals } from './journals.js'
import type { Town } from './town.js'

export interface QuietParts {
  rig: Rig
  town: Town
  cast: Cast
  areas: readonly Area[]
  recorder: Recorder
  /** How long nothing may happen while something is left over. */
  patienceMs: number
  /** Told now and then how far it is, and what it waits for. */
  progress(text: string): void
  /** Ends the waiting. */
  aborted: AbortSignal
}

const betweenLooksMs = 200
const progressEveryMs = 10_000

/**
 * Waits until all that was promised has come about, for as long as something goes on: bots may be far behind. Answers
 * what is left over.
 */
export const untilQuiet = async (parts: QuietParts): Promise<readonly string[]> => {
  const { recorder, patienceMs, progress } = parts
  let last = { events: 0, at: performance.now() }
  let toldAt = last.at
  await Promise.race([parts.rig.botsReady(), sleep(parts.patienceMs, undefined, { ref: false })])
  const journals = new Journals(() => parts.rig.serverPort)
  // A node that stood still lets nobody in for a moment.
  const look = () => leftOver(parts, journals).catch(({ message }: Error) => [`it can't be looked at: ${message}`])
  for (;;) {
    const glance = await look()
    // Of what was read before only the end was looked at.
    if (glance.length === 0) journals.forget()
    const left = glance.length === 0 ? await look() : glance
    parts.aborted.throwIfAborted()
    const events = recorder.events.length
    if (events !== last.events) last = { events, at: performance.now() }
    if (left.length === 0 || performance.now() - last.at > patienceMs) return left
    if (performance.now() - toldAt > progressEveryMs) {
      toldAt = performance.now()
      progress(`not quiet yet, ${events} events: ${left[0]}`)
    }
    await sleep(betweenLooksMs)
  }
}

const leftOver = async (parts: QuietParts, journals: Journals): Promise<readonly string[]> => {
  const unsettled = parts.town.devices.filter(({ settled }) => !settled)
  if (unsettled.length > 0) return unsettled.map(({ name }) => `${name} is not done with what it has to say`)
  const resting = await Promise.race([parts.rig.rest().then(() => true), sleep(1_000, false, { ref: false })])
  if (!resting) return ['the server is at work']
  const found = (await parts.town.presence())
    .filter(({ told, is }) => told !== is)
    .map(({ client, told, is }) => `${client} is ${is} and is told to be ${told}`)
  for (const room of parts.cast.rooms) {
    const journal = await journals.read(room.id, room.members[0] as string)
    found.push(...parts.areas.flatMap((area) => area.waitsFor(room, journal)))
    const belongs = membership(room.members, journal)
    for (const device of parts.town.devices) {
      const own = journal.filter(({ seq }) => belongs.to(device.client, seq))
      const heard = (text: string | undefined) => text !== undefined && device.hasHeard(room.id, text)
      if (!own.every(({ text, plain }) => heard(text) || heard(plain))) found.push(`${device.name} has not heard all`)
    }
  }
  return found
}
