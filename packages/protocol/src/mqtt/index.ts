/**
 * The MQTT codec: packets as plain data, encoded to and decoded from bytes, for MQTT 3.1.1 and 5.0.
 * It uses no Node API, so it runs in a browser as well.
 *
 * @module
 */
export { Decoder, type DecoderOptions } from './decoder.js'
export { encode } from './encode.js'
export { MqttError } from './error.js'
export { Framer, type HeaderCheck } from './framer.js'
export { PacketBuffer } from './packet-buffer.js'
export * from './packets.js'
export { type PropertyHolder, type PropertyKind, type PropertyRule, propertyRules } from './properties.js'
export { PublishRun } from './publish-run.js'
export type { Role } from './reader.js'
export { mayCarry, ReasonCode, type ReasonHolder, reasonText, toReturnCode } from './reason-codes.js'
export { TopicNames } from './topic-names.js'
export {
  isShared,
  isTopicFilter,
  isTopicName,
  matches,
  parseShare,
  type Share,
  topicFilterProblem,
  topicNameProblem,
} from './topics.js'
