import { acknowledging, type Handlers } from '../load/acknowledging.js'
import type { Link } from '../load/link.js'
import type { Rig } from '../load/rig.js'
import { Template } from '../load/template.js'
import { Talker } from './talker.js'

const peopleCount = 100
const deviceCount = 100
const stateCount = 1_000
const visitorCount = 2_000
const payload = Buffer.from('a message of sixty-four bytes, as people write them all day long')

/** Who is there: people who talk in pairs, devices that are listened to, one that keeps retained states, and visitors. */
export interface Town {
  people: readonly Talker[]
  devices: readonly Talker[]
  clerk: Talker
  /** Somebody comes, subscribes and goes. */
  visit(): Promise<void>
}

/** @param handlers hear of every message that the server has taken, and of every one that it delivers. */
export const openTown = async (rig: Rig, handlers: Required<Handlers>): Promise<Town> => {
  const template = (topic: string, retain = false) => new Template(rig.dialect, { topic, payload, retain })
  const report = (n: number) => `report/${n}`
  const hear = async (link: Link, n: number) => {
    await link.subscribe([report(n)], 1)
    acknowledging(link, handlers)
  }
  await rig.openMany(deviceCount, 'listener', hear)
  const devices = await rig.openMany(deviceCount, 'device')
  const people = await rig.openMany(peopleCount, 'person', (link) => link.subscribe(['daak/from/+'], 1))
  const states = Array.from({ length: stateCount }, (_, n) => template(`state/${n}`, true))
  let visits = 0
  return {
    people: people.map((link, n) => new Talker(link, [template(`daak/to/person-${n ^ 1}`)], handlers)),
    devices: devices.map((link, n) => new Talker(link, [template(report(n))], handlers)),
    clerk: new Talker(await rig.open('clerk'), states, handlers),
    visit: () => rig.visit(`visitor-${visits++ % visitorCount}`, (link) => link.subscribe(['news/#'], 1)),
  }
}
