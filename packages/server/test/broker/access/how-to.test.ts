import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type AccessRequest, type Principal, type Rule, rules } from '../../../src/index.js'

const page = readFileSync(new URL('../../../../../docs/how-to/allow-topics.md', import.meta.url), 'utf8')
const access = rules(JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? '') as Rule[])

const people: Record<string, Principal> = {
  '`ana`': { vendor: 'acme', client: 'ana', connection: 'phone' },
  '`dashboard`': { vendor: 'acme', client: 'dashboard', connection: 'wall' },
  'the vendor': { vendor: 'acme', client: 'desk', connection: 'desk-1', role: 'vendor' },
}

/** Such as "publish to `a/b` at QoS 2". Rules are asked about the filter in a shared subscription. */
const requestOf = (text: string): AccessRequest => {
  const [, action, topic = ''] = /^(publish|subscribe) to `([^`]+)`/.exec(text) ?? []
  return {
    action: action as AccessRequest['action'],
    topic: topic.replace(/^\$share\/[^/]+\//, ''),
    qos: text.endsWith('at QoS 2') ? 2 : 0,
    retain: text.endsWith('retained'),
  }
}

const rows = page
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, who = '']) => who in people)
  .map(([, who = '', wish = '', may = '']) => [who, wish, may] as const)

test('the page has examples', () => expect(rows.length).toBe(15))

test.each(rows)('as the page about rules says: may %s %s? %s', (who, wish, may) => {
  expect(access.authorize(people[who] as Principal, requestOf(wish))).toBe(may === 'yes')
})
