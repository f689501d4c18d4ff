import { type ConnectPacket, ReasonCode } from '@daakia/protocol/mqtt'
import { expect, it } from 'vitest'
import { formatPasswordLine, hashPassword, jwt, passwordFile, webhook } from '../../../src/index.js'
import { certificateFiles } from '../../support/certificate-files.js'
import { HttpService } from '../../support/http-service.js'
import { openServer, peerOn, rawSocket, tlsPeer } from '../../support/listening-server.js'
import { temporaryFile } from '../../support/temporary-folder.js'
import { hmacToken, Issuer, rawToken } from '../../support/tokens.js'

const secret = 'NOT-TO-BE-LOGGED the secret of all tokens'
const right = 'NOT-TO-BE-LOGGED the right password'
const wrong = 'NOT-TO-BE-LOGGED a wrong password'
const topic = 'room/one'
const payload = 'NOT-TO-BE-LOGGED what was said'

it('no password, token, key or payload stands in a log, whatever goes wrong', async () => {
  const tokens = Issuer.withSecret(secret)
  const key = Issuer.ec()
  const hash = await hashPassword(right, { ln: 4, r: 8, p: 1 })
  const passwords = await temporaryFile('passwords', formatPasswordLine({ vendor: 'acme', client: 'ana' }, hash))
  const jwks = await HttpService.json({ keys: [await key.jwk()] })
  const hook = await HttpService.open(() => ({ body: '{"result": "ignore"}' }))
  const { tls, ca, authority, replace } = await certificateFiles({ clientCertificates: 'optional' })
  const server = await openServer({
    authentication: [
      jwt({ secret, issuer: 'https://id.example' }),
      jwt({ jwksUrl: `${jwks.url}?key=NOT-TO-BE-LOGGED`, issuer: 'https://other.example' }),
      webhook({
        url: `${hook.url}?key=NOT-TO-BE-LOGGED`,
        headers: { authorization: 'NOT-TO-BE-LOGGED' },
        secret: 'NOT-TO-BE-LOGGED',
      }),
      passwordFile(passwords),
    ],
    access: () => true,
    listen: { mqttPort: 0, mqttsPort: 0, tls },
  })
  const { ports, clock, log } = server
  const now = clock.now() / 1000
  const claims = { sub: 'ana', vendor: 'acme', iss: 'https://id.example', exp: now + 3_000 }
  const token = await tokens.sign(claims)
  const shown = [
    token,
    await tokens.sign({ ...claims, exp: now - 60 }),
    await tokens.sign({ ...claims, nbf: now + 2_000 }),
    await tokens.sign({ ...claims, sub: 7 }),
    await tokens.sign({ ...claims, iss: 'https://evil.example' }),
    hmacToken(claims, 'NOT-TO-BE-LOGGED'),
    rawToken({ alg: 'none' }, claims),
    await Issuer.ec('unknown').sign({ ...claims, iss: 'https://other.example' }),
  ]
  const come = async (fields: Partial<ConnectPacket>) => {
    const peer = peerOn(await rawSocket(ports.mqttPort))
    return { peer, ...(await peer.connect(fields)) }
  }
  const answers = [ReasonCode.BadUserNameOrPassword, ReasonCode.NotAuthorized, ReasonCode.ServerUnavailable]
  const all = async () => {
    for (const each of shown) await come({ username: 'anybody', password: Buffer.from(each) })
    for (const each of [right, wrong]) await come({ username: 'acme/ana', password: Buffer.from(each) })
    for (const each of shown.slice(1)) {
      const method = { authenticationMethod: 'jwt', authenticationData: Buffer.from(each) }
      expect(answers).toContain((await come({ properties: method })).reasonCode)
    }
  }
  await all()
  const { peer } = await come({ properties: { authenticationMethod: 'jwt', authenticationData: Buffer.from(token) } })
  await peer.subscribe(topic)
  peer.publish(topic, payload)
  expect(await peer.messages()).toEqual([payload])
  peer.send({
    type: 'auth',
    reasonCode: ReasonCode.ReAuthenticate,
    properties: { authenticationMethod: 'jwt', authenticationData: Buffer.from(shown[5] ?? '') },
  })
  await peer.closed
  // And once more where nobody answers.
  await Promise.all([jwks.close(), hook.close()])
  clock.advance(600_000)
  await all()
  const { certificate: cert, key: certificateKey } = authority.issue({ commonName: 'ana' })
  await (await tlsPeer(ports.mqttsPort, { ca, cert, key: certificateKey })).connect()
  await replace({ key: 'NOT-TO-BE-LOGGED' })
  await expect(server.server.reload()).rejects.toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('NOT-TO-BE') }),
  )
  clock.advance(30_000)
  await server.server.close()

  expect(log.lines.length).toBeGreaterThan(20)
  expect(server.log.all('The authentication hook failed').length).toBeGreaterThan(0)
  expect(server.log.all('The keys of tokens could not be read').length).toBeGreaterThan(0)
  const parts = [...shown.flatMap((each) => each.split('.').slice(1)), hash.split('$').at(-1) ?? '']
  const leaked = ['NOT-TO-BE-LOGGED', ...parts].filter((each) => each !== '' && log.text.includes(each))
  expect(leaked).toEqual([])
})
