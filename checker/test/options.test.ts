import { expect, test } from 'vitest'
import { commandFor, parseOptions, UsageError } from '../src/options.js'

const parse = (line: string) => parseOptions(line.split(' '))

test('everything is done and broken for a minute unless something else is said', () => {
  expect(parse('--seed 7')).toMatchObject({
    seed: '7',
    durationMs: 60_000,
    areas: ['messages', 'turns', 'timers', 'membership', 'presence', 'receipts', 'failures'],
    faults: ['kill', 'pause', 'cut', 'clock'],
  })
})

test('several nodes share a Redis, to which something may happen, too', () => {
  expect(parse('--nodes 3')).toMatchObject({
    nodes: 3,
    redis: 'single',
    faults: ['kill', 'pause', 'cut', 'clock', 'redis'],
  })
})

test.each([
  '--seed 7 --minutes 20',
  '--seed a --minutes 0.5 --only turns,timers --faults kill --rate 10',
  '--seed 7 --minutes 1 --faults none',
  '--seed 7 --minutes 1 --nodes 3',
  '--seed 7 --minutes 1 --nodes 3 --redis cluster --faults kill,redis',
  '--seed 7 --minutes 1 --redis single',
  '--seed 7 --minutes 1 --nodes 3 --redis cluster --replicas 0 --partitions 1',
])('the command that plays %s again means the same', (line) => {
  const command = commandFor(parse(line))
  expect(command).toBe(`npm run checker -- ${line}`)
  expect(parse(command.slice('npm run checker -- '.length))).toEqual(parse(line))
})

test.each([
  ['--only chat', '--only takes messages, turns, timers, membership, presence, receipts, failures, not chat'],
  ['--faults fire', '--faults takes kill, pause, cut, clock, not fire'],
  ['--faults redis', '--faults takes kill, pause, cut, clock, not redis'],
  ['--redis two', '--redis takes single or cluster, not two'],
  ['--nodes 1.5', '--nodes takes a whole number, not 1.5'],
  ['--redis cluster --replicas 2', '--replicas takes 0 or 1, not 2'],
  ['--replicas 0', '--replicas is for a Cluster'],
  ['--partitions 4', '--partitions is for a Redis'],
  ['--redis single --partitions none', '--partitions takes a number above 0, not none'],
  ['--minutes soon', '--minutes takes a number above 0, not soon'],
  ['--sead 1', "Unknown option '--sead'"],
])('%s is refused with what to do instead', (line, message) => {
  expect(() => parse(line)).toThrow(UsageError)
  expect(() => parse(line)).toThrow(message)
})
