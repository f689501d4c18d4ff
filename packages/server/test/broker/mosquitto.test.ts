import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OpenDoors, openDoors } from '../support/doors.js'

let doors: OpenDoors
let subscribed: Promise<void>

beforeEach(async () => {
  let tell = () => {}
  subscribed = new Promise((resolve) => {
    tell = resolve
  })
  doors = await openDoors({
    authorize: (_, { action }) => {
      if (action === 'subscribe') tell()
      return true
    },
  })
})

afterEach(() => doors.close())

const mosquitto = (command: 'pub' | 'sub', version: string, ...args: string[]): ChildProcess =>
  spawn(`mosquitto_${command}`, ['-p', String(doors.tcp.port), '-h', '127.0.0.1', '-V', version, ...args])

const end = async (child: ChildProcess): Promise<number> => (await once(child, 'exit'))[0]

describe.each(['mqttv311', 'mqttv5'])('mosquitto’s clients with %s', (version) => {
  it('send and receive with every QoS', async () => {
    const subscriber = mosquitto('sub', version, '-t', 'room/#', '-q', '2', '-C', '3', '-F', '%q %p')
    const heard = text(subscriber.stdout as NodeJS.ReadableStream)
    const ended = end(subscriber)
    await subscribed
    for (const qos of ['0', '1', '2'])
      expect(await end(mosquitto('pub', version, '-t', 'room/one', '-q', qos, '-m', `with ${qos}`))).toBe(0)
    expect(await ended).toBe(0)
    expect(await heard).toBe('0 with 0\n1 with 1\n2 with 2\n')
  })
})
