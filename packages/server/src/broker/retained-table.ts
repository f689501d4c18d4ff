import { table } from '../kv/port.js'
import type { RoutedMessage } from './port.js'

/** [vendor, topic] */
export const retained = table<RoutedMessage>('retained')

/** [vendor, client, connection] to what is kept of its publisher: where several nodes keep it. */
export const retainedLoads = table<{ messages: number; bytes: number }>('retained-loads')
