import { join } from 'node:path'
import { createServer, memoryKeyValue } from '@daakia/server'
import { describe, expect, test } from 'vitest'
import { makeCertificate } from '../support/certificates.js'
import { daakia, withCommand } from '../support/command.js'
import { afterwards, startParrot } from '../support/house.js'
import { folderWith } from '../support/temporary-folder.js'

withCommand()

/** A server with the parrot, whose certificate nobody else knows, at its urls with TLS. */
const start = async () => {
  const folder = await folderWith()
  await makeCertificate(folder, 'server')
  const certFile = join(folder, 'server.crt')
  const tls = { certFile, keyFile: join(folder, 'server.key') }
  const listen = { mqttPort: 0, mqttsPort: 0, httpsPort: 0, tls }
  const server = createServer({ dev: true, storage: memoryKeyValue(), listen })
  afterwards(() => server.close())
  const { mqttPort, mqttsPort, httpsPort } = await server.start()
  await startParrot(`mqtt://127.0.0.1:${mqttPort}`)
  return { certFile, mqtts: `mqtts://127.0.0.1:${mqttsPort}`, wss: `wss://127.0.0.1:${httpsPort}/mqtt` }
}

/** Says "hello" in a process of its own, where the file's certificates are trusted. */
const sayHello = (url: string, trusted?: string) => {
  const environment = { ...(trusted !== undefined && { NODE_EXTRA_CA_CERTS: trusted }) }
  const chat = daakia(['chat', '--as', 'ana', '--to', 'parrot', '--url', url], { environment })
  chat.child.stdin.end('hello\n')
  return chat
}

describe.each(['mqtts', 'wss'] as const)('over %s', (scheme) => {
  test('people speak with a server whose certificate is trusted', async () => {
    const { certFile, [scheme]: url } = await start()
    expect(await sayHello(url, certFile).ended).toMatchObject({
      status: 0,
      output: 'ana> hello\nparrot< You said "hello".\nparrot< I am done.\n',
    })
  })

  test('nothing is said to a server whose certificate is not, and the reason is told', async () => {
    const { [scheme]: url } = await start()
    const chat = sayHello(url)
    expect(await chat.until(/certificate/)).toMatch(/self-signed certificate/)
    expect(chat.written.output).toBe('')
  })
})

test('a WebSocket at another path is told where to go', async () => {
  const { certFile, wss } = await start()
  const chat = sayHello(wss.replace('/mqtt', ''), certFile)
  expect(await chat.until(/404/)).toMatch(/404\. A Daakia server takes WebSockets at the path \/mqtt/)
})
