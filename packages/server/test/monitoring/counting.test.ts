import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../src/monitoring/metrics.js'
import { openHouse } from '../support/house.js'

/** The samples of a text of Prometheus, by metric and labels. */
const samplesOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)] as const),
  )

describe('metrics', () => {
  it('tell what clients did and got, and which limits they reached', async () => {
    const house = await openHouse({ accountLimits: { perConnection: { subscriptions: 1 } } })
    const metrics = createMetrics({ ...house, parked: { parkedCounts: async () => new Map([['dev', 2]]) } })
    const ana = await house.connect('ana')
    await ana.subscribe('room/+', { qos: 1 })
    await ana.subscribe('other')
    ana.send({
      type: 'publish',
      topic: 'room/one',
      qos: 1,
      packetId: 9,
      payload: Buffer.from('hi'),
      retain: true,
      dup: false,
    })
    await ana.expect('publish')
    await ana.expect('puback')
    const samples = samplesOf(await metrics.text())
    expect(Object.fromEntries([...samples].filter(([name]) => expected[name] !== undefined))).toEqual(expected)
    await house.close()
  })
})

const expected: Record<string, string> = {
  daakia_streams_total: '1',
  daakia_connects_total: '1',
  'daakia_parked_states{vendor="dev"}': '2',
  'daakia_connections{vendor="dev"}': '1',
  'daakia_subscriptions{vendor="dev"}': '1',
  'daakia_retained_messages{vendor="dev"}': '1',
  'daakia_retained_bytes{vendor="dev"}': '10',
  'daakia_packets_received_total{vendor="dev"}': '4',
  'daakia_packets_sent_total{vendor="dev"}': '5',
  'daakia_publishes_received_total{vendor="dev"}': '1',
  'daakia_publishes_sent_total{vendor="dev"}': '1',
  'daakia_messages_published_total{qos="1"}': '1',
  'daakia_messages_delivered_total{qos="1"}': '1',
  'daakia_limits_reached_total{scope="connection",limit="subscriptions"}': '1',
}
