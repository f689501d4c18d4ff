import { expect, onTestFinished, test } from 'vitest'
import type { RedisError } from '../../src/redis/errors.js'
import { RedisLink, type RedisOptions } from '../../src/redis/link.js'
import { certificateFiles } from '../support/certificate-files.js'
import { openLink } from '../support/redis/index.js'
import { type Configuration, redisCli, startProcess } from '../support/redis/process.js'

/** Starts servers that speak nothing but TLS, and ask for a password. */
const secured = async () => {
  const { tls, ca } = await certificateFiles()
  const own = (port: number): Configuration => [
    'port 0',
    `tls-port ${port}`,
    `tls-cert-file ${tls.certFile}`,
    `tls-key-file ${tls.keyFile}`,
    `tls-ca-cert-file ${tls.caFile}`,
    'tls-auth-clients no',
    'tls-replication yes',
    'tls-cluster yes',
  ]
  const start = async (mode: 'server' | 'sentinel', ...more: Configuration) => {
    const process = await startProcess((port) => [...own(port), ...more], mode)
    onTestFinished(() => process.remove())
    return process.port
  }
  return { start, ca, cli: (...words: string[]) => redisCli('--tls', '--cacert', tls.caFile, ...words) }
}

/** Commands and what is published pass. */
const works = async (options: RedisOptions): Promise<void> => {
  const [one, other] = [await openLink(options), await openLink(options)]
  await one.call('set', 'key', 'value')
  expect(String(await other.call('get', 'key'))).toBe('value')
  const heard = new Promise<string>((resolve, reject) => {
    const hear = (message: Uint8Array) => resolve(String(message))
    other.subscribe('channel', { hear, missed: () => {} }).then(() => one.publish('channel', 'hello'), reject)
  })
  expect(await heard).toBe('hello')
}

test('a server is spoken to over TLS, with a user and a password', async () => {
  const { start, ca } = await secured()
  const port = await start('server', 'user daakia on >s3cr:t! ~* &* +@all', 'user default off')
  const url = `rediss://daakia:${encodeURIComponent('s3cr:t!')}@127.0.0.1:${port}`
  await works({ url, tls: { ca } })
})

test('a certificate that is not trusted, or is for another host, is told as that', async () => {
  const { start, ca } = await secured()
  const port = await start('server')
  const refusal = (options: RedisOptions): Promise<RedisError> =>
    RedisLink.open(options).then(
      () => expect.unreachable('it was trusted'),
      (error) => error,
    )
  expect(await refusal({ url: `rediss://127.0.0.1:${port}` })).toMatchObject({
    reason: 'unfit',
    message: expect.stringContaining('name the file that has it in NODE_EXTRA_CA_CERTS'),
  })
  expect(await refusal({ url: `rediss://127.0.0.1:${port}`, tls: { ca, servername: 'redis.internal' } })).toMatchObject(
    {
      reason: 'unfit',
      message: expect.stringContaining('has a certificate for other names'),
    },
  )
})

test('Sentinels and the servers they lead to are spoken to over TLS, each with a password of its own', async () => {
  const { start, ca } = await secured()
  const master = await start('server', 'requirepass ofServer')
  const sentinel = await start(
    'sentinel',
    `sentinel monitor mymaster 127.0.0.1 ${master} 1`,
    'sentinel auth-pass mymaster ofServer',
    'requirepass ofSentinel',
  )
  const at = `127.0.0.1:${sentinel}/mymaster?sentinel_password=ofSentinel`
  await works({ url: `rediss+sentinel://:ofServer@${at}`, tls: { ca } })
})

test('a Cluster is spoken to over TLS, with a password', async () => {
  const { start, ca, cli } = await secured()
  const own = ['cluster-enabled yes', 'requirepass secret', 'masterauth secret'] as const
  const ports = await Promise.all([0, 1, 2].map(() => start('server', ...own)))
  const hosts = ports.map((port) => `127.0.0.1:${port}`)
  const account = ['-a', 'secret', '--no-auth-warning']
  await cli(...account, '--cluster', 'create', ...hosts, '--cluster-yes')
  for (const port of ports)
    while (!(await cli(...account, '-p', `${port}`, 'cluster', 'info')).includes('cluster_state:ok'));
  await works({ url: `rediss+cluster://:secret@${hosts.join(',')}`, tls: { ca } })
})
