import { isClientId, isPlain } from '@daakia/protocol'

interface Rule {
  holds(value: string): boolean
  /** What the value must be. */
  rule: string
}

const printable = /^[\x21-\x7e]{1,128}$/

/** What may stand in the fields of a message, whoever says it: receivers get them as properties of MQTT. */
export const fieldRules = {
  id: { holds: (value) => printable.test(value), rule: '1 to 128 printable ASCII characters without spaces' },
  replyTo: { holds: (value) => printable.test(value), rule: 'the id of a message: 1 to 128 printable characters' },
  type: {
    // Who is a member is told by the server alone.
    holds: (value) => /^[A-Za-z0-9._-]{1,64}$/.test(value) && value !== 'member',
    rule: '1 to 64 of A-Z a-z 0-9 . _ -, and not "member", which the server says',
  },
  to: { holds: isClientId, rule: 'a client: 1 to 128 of A-Z a-z 0-9 . _ @ -' },
  traceparent: {
    holds: (value) => /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(value),
    rule: 'as W3C Trace Context writes it',
  },
  plain: { holds: isPlain, rule: 'text without control characters other than line feeds, at most 65,535 bytes' },
  contentType: {
    holds: (value) => /^[\x20-\x7e]{1,255}$/.test(value),
    rule: 'a media type: 1 to 255 printable characters',
  },
} satisfies Record<string, Rule>
