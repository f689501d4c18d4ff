import { setTimeout as delay } from 'node:timers/promises'
import { bot, connect, type Heard, type RunInput, type Said, say } from '@daakia/bot-sdk'
import { createClient } from '@daakia/client-sdk'
import { expect, test } from 'vitest'
import { fromPromise, setup } from 'xstate'
import { withCommand } from '../support/command.js'
import { startHaproxy } from '../support/haproxy.js'
import { afterwards } from '../support/house.js'
import { type NodePorts, type NodeProcess, nodePorts, startNode } from '../support/nodes.js'
import { testRedis } from '../support/redis.js'

const redis = testRedis()
withCommand()

const environment = {
  DAAKIA_REDIS_PREFIX: `daakia-rolling-${process.pid}:`,
  // As long as the balancer needs to find out, as in `deploy/compose.yaml`.
  DAAKIA_DRAIN_NOTICE_MS: '5000',
  DAAKIA_DRAIN_SPREAD_MS: '1000',
}

/** Takes a while for each answer, so that turns are open whenever a node is stopped. */
const machine = setup({
  types: {} as { context: { text: string }; input: RunInput; events: Heard<never>; emitted: Said },
  actors: { think: fromPromise(() => delay(30)) },
}).createMachine({
  id: 'slow',
  context: ({ input }) => ({ text: input.message.text }),
  invoke: { src: 'think', onDone: '.done' },
  initial: 'thinking',
  states: { thinking: {}, done: { type: 'final', entry: say(({ context }) => `echo ${context.text}`) } },
})

/** An instance of the bot, and what it had to warn of. */
const startBot = async (url: string) => {
  const warnings: string[] = []
  const log = {
    info: () => {},
    warn: (fields: object, text: string) => warnings.push(`${text} ${JSON.stringify(fields)}`),
  }
  const running = connect(bot({ id: 'slow', version: 1, machine }), { url, log })
  afterwards(() => running.close())
  await running.ready
  return { warnings, running }
}

/** Says one number after the other, each when the one before is answered, until it is told to stop. */
const startPerson = async (url: string, name: string) => {
  const client = createClient({ url, identity: name })
  afterwards(() => client.close())
  const heard: string[] = []
  const waiting: (() => void)[] = []
  client.onMessage(({ text }) => {
    heard.push(text ?? '')
    if (text?.startsWith('echo')) for (const go of waiting.splice(0)) go()
  })
  /** Resolves with the next answer. */
  const answer = () => new Promise<void>((resolve) => waiting.push(resolve))
  await client.online()
  const sent: string[] = []
  const talk = async (isOver: () => boolean) => {
    while (!isOver()) {
      const answered = answer()
      const text = `${sent.length}`
      sent.push(text, `echo ${text}`)
      await client.to('slow').send(text)
      await answered
    }
  }
  return { heard, sent, talk, answer }
}

test('three nodes behind HAProxy are stopped and started one after the other under load: each message is answered once, in order, and no turn fails', {
  timeout: 120_000,
}, async () => {
  const ports = [await nodePorts(), await nodePorts(), await nodePorts()]
  const start = (own: NodePorts) => startNode(redis.url, environment, own)
  const nodes = await Promise.all(ports.map(start))
  const url = await startHaproxy(ports)
  const bots = [await startBot(url), await startBot(url)]
  const people = await Promise.all(Array.from({ length: 6 }, (_, i) => startPerson(url, `person-${i}`)))
  let isOver = false
  const talks = people.map(({ talk }) => talk(() => isOver))
  for (const [i, own] of ports.entries()) {
    const { running } = nodes[i] as NodeProcess
    await Promise.all(people.map(({ answer }) => answer()))
    running.child.kill('SIGTERM')
    expect(await running.ended).toMatchObject({ status: 0 })
    // Everybody goes on without it.
    await Promise.all(people.map(({ answer }) => answer()))
    nodes[i] = await start(own)
  }
  isOver = true
  await Promise.all(talks)
  for (const { heard, sent } of people) expect(heard).toEqual(sent)
  for (const { warnings, running } of bots) {
    expect(warnings).toEqual([])
    expect(running.status.state).not.toBe('closed')
  }
})

test('where a node behind HAProxy was killed, who connects gets to one that is left', async () => {
  const ports = [await nodePorts(), await nodePorts()]
  const nodes = await Promise.all(ports.map((own) => startNode(redis.url, environment, own)))
  const url = await startHaproxy(ports)
  nodes[0]?.running.child.kill('SIGKILL')
  await nodes[0]?.running.ended
  // Half of them are sent to the node that is dead: the balancer does not know it yet.
  const people = Array.from({ length: 6 }, (_, i) => createClient({ url, identity: `early-${i}` }))
  afterwards(() => Promise.all(people.map((each) => each.close())))
  await Promise.all(people.map((each) => each.online()))
})
