import type { ConnectPacket } from '@daakia/protocol/mqtt'
import type { Authenticate } from '../../src/index.js'

/** The password names the vendor, and a `!` after it one who acts for it. For `login`. */
export const byVendorPassword: Authenticate = ({ username = '', password = new Uint8Array() }) => {
  const [vendor = '', role] = new TextDecoder().decode(password).split('!')
  return { identity: { vendor, client: username, ...(role !== undefined && { role: 'vendor' }) } }
}

/** CONNECT fields of a client of a vendor, under `byVendorPassword`. */
export const login = (vendor: string, client: string): Pick<ConnectPacket, 'username' | 'password'> => ({
  username: client,
  password: new TextEncoder().encode(vendor),
})

/** The client identifier begins with the vendor, and with a `!` for one who acts for it. */
export const byVendorConnection: Authenticate = ({ username = '', connection }) => {
  const [name = ''] = connection.split('.')
  const vendor = name.replace('!', '')
  return { identity: { vendor, client: username, ...(name.endsWith('!') && { role: 'vendor' }) } }
}
