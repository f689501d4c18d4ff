import { table } from '../kv/port.js'
import type { RoutedMessage } from './port.js'

/** [vendor, topic] */
export const retained = table<RoutedMessage>('retained')
