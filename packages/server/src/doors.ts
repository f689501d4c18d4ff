import type { House } from './compose.js'
import {
  type ByteStream,
  type DoorOptions,
  type Listener,
  listenHttp,
  listenTcp,
  listenTls,
  OriginList,
  type Routes,
  ServerCertificate,
  trustedProxies,
} from './connection-manager/index.js'
import type { ServerSettings } from './options.js'

/** Where a server listens. */
export interface Ports {
  mqttPort?: number
  mqttsPort?: number
  httpPort?: number
  httpsPort?: number
}

/** The ways in that are open. */
export interface Doors {
  readonly ports: Ports
  /** Web pages of these origins may connect from now on. */
  allow(origins: readonly string[] | undefined): void
  /** Reads the certificate that its files hold now, and answers what puts it to use. @throws OptionsError where it can't be used */
  readCertificate(): Promise<() => void>
  /** Lets nobody in any more. Streams that are open stay so. */
  close(): Promise<void>
}

/** Opens all doors, or, where one of them can't be, none. @throws OptionsError of a certificate; the system's error of a port */
export const openDoors = async (settings: ServerSettings, house: House, routes: Routes): Promise<Doors> => {
  const { listen, clock, log } = settings
  const origins = new OriginList(listen.origins)
  const certificate = listen.tls && (await ServerCertificate.open({ tls: listen.tls, clock, log }))
  const listeners: Listener[] = []
  const close = async () => {
    certificate?.close()
    await Promise.all(listeners.map((listener) => listener.close()))
  }
  try {
    const ports: Ports = {}
    for (const { name, open } of waysIn({ settings, house, routes, origins, certificate })) {
      const listener = await open()
      listeners.push(listener)
      ports[name] = listener.port
    }
    return {
      ports,
      allow: (allowed) => origins.set(allowed),
      readCertificate: async () => (await certificate?.read()) ?? (() => {}),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

interface WayIn {
  name: keyof Ports
  open(): Promise<Listener>
}

interface WaysInOptions {
  settings: ServerSettings
  house: House
  routes: Routes
  origins: OriginList
  certificate: ServerCertificate | undefined
}

const waysIn = ({ settings, house, routes, origins, certificate }: WaysInOptions): WayIn[] => {
  const { listen, limits } = settings
  const accept = (stream: ByteStream) => house.manager.accept(stream)
  const door = (port: number): DoorOptions => ({ ...doorOptionsOf(settings, house), port })
  const web = (port: number) => ({
    ...door(port),
    ...{ accept, routes, limits, allowsOrigin: origins.allows },
  })
  const ways: WayIn[] = []
  const add = (name: keyof Ports, open: (port: number) => Promise<Listener>) => {
    const port = listen[name]
    if (port !== undefined) ways.push({ name, open: () => open(port) })
  }
  add('mqttPort', (port) => listenTcp({ ...door(port), accept }))
  add('httpPort', (port) => listenHttp(web(port)))
  if (!certificate) return ways
  add('mqttsPort', (port) => listenTls({ ...door(port), accept, certificate }))
  add('httpsPort', (port) => listenHttp({ ...web(port), certificate }))
  return ways
}

const doorOptionsOf = ({ listen, clock, log }: ServerSettings, { manager }: House): Omit<DoorOptions, 'port'> => ({
  host: listen.host,
  waitingRoom: manager.waitingRoom,
  ...{ clock, log },
  ...(listen.proxyProtocol && { proxies: trustedProxies(listen.proxyProtocol) }),
})
