import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createServer, defaultServerLimits, memoryKeyValue } from '@daakia/server'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { defaultPorts, type defaults } from '../../src/config/defaults.js'
import { scalarFields } from '../../src/config/scalars.js'
import { run } from '../../src/program.js'
import { root } from '../support/command.js'
import { afterwards } from '../support/house.js'
import { folderWith } from '../support/temporary-folder.js'
import { testIo } from '../support/test-io.js'

const fileOf = (name: string): string => readFileSync(join(root, 'deploy', name), 'utf8')

type Environment = Record<string, string>

const ports = defaultPorts(false) as { mqttPort: number; httpPort: number }
const variables = new Set(scalarFields().map(({ variable }) => variable))

/** What `daakia` says of these words in this environment, with a password file where one is named. */
const check = async (words: readonly string[], environment: Environment) => {
  const folder = await folderWith({ passwords: '' })
  const { io, written } = testIo(
    Object.fromEntries(
      Object.entries(environment).map(([name, text]) => [
        name,
        text.replace('/etc/daakia/passwords', join(folder, 'passwords')),
      ]),
    ),
  )
  const status = await run([...words, '--check-config'], io)
  return { status, errors: written.errors, config: status === 0 ? JSON.parse(written.output) : undefined }
}

/** How long a node with this configuration takes to leave, in seconds, and some time to close. */
const leavesWithin = ({ drain }: { drain: typeof defaults.drain }): number =>
  (drain.noticeMs + Math.max(drain.turnsMs, drain.spreadMs)) / 1_000 + 5

describe('deploy/Dockerfile', () => {
  const dockerfile = fileOf('Dockerfile')

  test('installs the package that has the command, and runs that', () => {
    const { name, bin, engines } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8'))
    expect(dockerfile).toContain(`npm install --no-audit --no-fund --omit=dev ${name}@`)
    expect(/ENTRYPOINT \["\/opt\/daakia\/node_modules\/\.bin\/(\w+)"\]/.exec(dockerfile)?.[1]).toBe(Object.keys(bin)[0])
    expect(Number(/FROM node:(\d+)/.exec(dockerfile)?.[1])).toBeGreaterThanOrEqual(
      Number.parseInt(engines.node.slice(2), 10),
    )
  })

  test('sets what there is, and exposes what it listens on', async () => {
    const environment = Object.fromEntries(
      [...dockerfile.matchAll(/(DAAKIA_(?!VERSION)\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
    )
    expect(Object.keys(environment).filter((name) => !variables.has(name))).toEqual([])
    const command: string[] = JSON.parse(/^CMD (.*)$/m.exec(dockerfile)?.[1] ?? '')
    expect((await check([...command, '--dev'], environment)).config.listen.host).toBe('0.0.0.0')
    expect(dockerfile).toContain(`EXPOSE ${ports.mqttPort} ${ports.httpPort}\n`)
    expect(dockerfile).toContain(`http://127.0.0.1:${ports.httpPort}/healthz`)
  })
})

describe('deploy/compose.yaml and haproxy.cfg', () => {
  const { services } = parse(fileOf('compose.yaml'), { merge: true })
  const balancer = fileOf('haproxy.cfg')
  const nodes = Object.entries<{ environment: Environment; stop_grace_period: string; command?: string[] }>(
    services,
  ).filter(([name]) => name.startsWith('node-'))

  test('two nodes have a configuration that is taken, and time to leave', async () => {
    expect(nodes.length).toBe(2)
    for (const [, { environment, stop_grace_period }] of nodes) {
      expect(Object.keys(environment).filter((name) => !variables.has(name))).toEqual([])
      const { errors, config } = await check(['serve'], environment)
      expect({ errors, redis: config?.redis }).toMatchObject({ redis: 'redis://redis:6379' })
      expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThanOrEqual(leavesWithin(config))
    }
  })

  test('the balancer sends to each node, on the ports that it has, and asks whether it is ready', () => {
    for (const [name] of nodes)
      for (const [backend, port] of [
        ['mqtt', ports.mqttPort],
        ['http', ports.httpPort],
      ])
        expect(balancer).toMatch(
          new RegExp(`backend ${backend}\\n(?: {2}.*\\n)*? {2}server ${name} ${name}:${port}\\n`),
        )
    expect(balancer).toContain('option httpchk GET /readyz')
    expect(balancer).toContain(`check port ${ports.httpPort} `)
    expect(services.balancer.ports).toEqual([ports.mqttPort, ports.httpPort].map((port) => `${port}:${port}`))
    // A client may be silent for as long as its keep-alive, and half as much again.
    const idleMinutes = Number(/timeout client (\d+)m/.exec(balancer)?.[1])
    expect(idleMinutes * 60).toBeGreaterThan(defaultServerLimits.keepAliveSeconds * 1.5)
    // A container that was made anew has another address.
    const resolvers = /^ {2}default-server .* resolvers (\w+)/m.exec(balancer)?.[1]
    expect(balancer).toContain(`\nresolvers ${resolvers}\n`)
  })

  test('nodes share the folder with the passwords, which who runs in them may write', () => {
    const lies = dirname(JSON.parse(services['node-1'].environment.DAAKIA_AUTHENTICATION)[0].file)
    for (const [name] of nodes) expect(services[name].volumes).toContain(`access:${lies}`)
    expect(fileOf('Dockerfile')).toMatch(new RegExp(`chown node:node .*${lies}`))
  })
})

describe('deploy/kubernetes.yaml', () => {
  const documents = parseAllDocuments(fileOf('kubernetes.yaml')).map((document) => document.toJS())
  const { spec } = documents.find(({ kind }) => kind === 'Deployment').spec.template
  const [container] = spec.containers

  test('has a configuration that is taken, and time to leave', async () => {
    const environment = Object.fromEntries(
      container.env.map(({ name, value }: { name: string; value?: string }) => [name, value ?? 'redis://redis']),
    )
    expect(Object.keys(environment).filter((name) => !variables.has(name))).toEqual([])
    const { errors, config } = await check(container.args, environment)
    expect({ errors, redis: config?.redis }).toMatchObject({ redis: 'redis://redis' })
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(leavesWithin(config))
  })

  test('asks pages that there are, on the ports that it has', async () => {
    const server = createServer({ dev: true, storage: memoryKeyValue(), listen: { httpPort: 0 } })
    afterwards(() => server.close())
    const { httpPort } = await server.start()
    for (const probe of [container.livenessProbe, container.readinessProbe]) {
      expect(probe.httpGet.port).toBe('http')
      expect((await fetch(`http://127.0.0.1:${httpPort}${probe.httpGet.path}`)).status).toBe(200)
    }
    expect(container.ports).toEqual([
      { name: 'mqtt', containerPort: ports.mqttPort },
      { name: 'http', containerPort: ports.httpPort },
    ])
  })
})
