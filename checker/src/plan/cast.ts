import { directConversation } from '@daakia/protocol'
import type { Way } from '../history/event.js'

/** How one of a client's devices speaks and hears. */
export interface CastDevice {
  name: string
  client: string
  way: Way
  /** Those of the client SDK speak MQTT 5 with QoS 1. */
  version: 4 | 5
  qos: 1 | 2
  acknowledgesAfterMs?: number
  disorderly?: boolean
  watches?: boolean
}

export interface Room {
  id: string
  members: readonly string[]
  /** Those of them who are bots. */
  bots: readonly string[]
  /** Its first member, who made it, stays; others come and go. */
  open?: true
}

export interface Cast {
  devices: readonly CastDevice[]
  /** Devices of those who come and go, and say nothing. */
  guests: readonly CastDevice[]
  rooms: readonly Room[]
  /** Processes of bots; several may run the same bot. */
  bots: readonly { name: string; client: string }[]
}

const device = (name: string, way: Way, more: Partial<CastDevice> = {}): CastDevice => ({
  name,
  client: name.split('/')[0] as string,
  way,
  version: 5,
  qos: 1,
  ...more,
})

const botClients = ['alpha', 'beta']

const room = (id: string, ...members: string[]): Room => ({
  id,
  members,
  bots: members.filter((member) => botClients.includes(member)),
})

const direct = (one: string, other: string): Room => room(directConversation(one, other), one, other)

/** Who takes part: each way to speak and to hear is somebody's. */
export const wholeCast: Cast = {
  devices: [
    device('ana/phone', 'session', { watches: true }),
    device('ana/laptop', 'since', { disorderly: true, watches: true }),
    device('ben/phone', 'session', { qos: 2, acknowledgesAfterMs: 30 }),
    device('ben/web', 'sdk'),
    device('cleo/old', 'session', { version: 4 }),
    device('cleo/web', 'sdk'),
    device('dan/old', 'session', { version: 4, qos: 2 }),
    device('dan/laptop', 'since', { watches: true }),
  ],
  guests: [
    device('eve/phone', 'session'),
    device('eve/web', 'since'),
    device('finn/phone', 'session'),
    device('zoe/phone', 'session'),
  ],
  rooms: [
    room('all', 'ana', 'ben', 'cleo', 'dan'),
    room('pair', 'ana', 'dan'),
    direct('ana', 'ben'),
    direct('cleo', 'dan'),
    { ...room('club', 'ana', 'ben', 'cleo', 'dan'), open: true },
    { ...room('den', 'dan', 'cleo'), open: true },
    // Zoe shares a conversation with nobody.
    room('lobby', 'ana', 'dan', 'eve', 'finn'),
    room('help', 'ana', 'ben', 'cleo', 'dan', 'alpha', 'beta'),
    room('desk', 'ben', 'cleo', 'alpha'),
    direct('ana', 'alpha'),
    direct('ben', 'alpha'),
    direct('dan', 'beta'),
  ],
  bots: [
    { name: 'alpha-1', client: 'alpha' },
    { name: 'alpha-2', client: 'alpha' },
    { name: 'beta-1', client: 'beta' },
  ],
}
