/**
 * Numbers of the normative statements, one array for each chapter. They are those of Appendix B of MQTT 5.0 (OASIS
 * Standard, 7 March 2019) and of MQTT 3.1.1 (OASIS Standard, 29 October 2014).
 */

/** Numbers of one section. Where the specification leaves some out, it is written in several parts. */
const numbered = (section: string, last: number, first = 1): string[] =>
  Array.from({ length: last - first + 1 }, (_, index) => `MQTT-${section}-${first + index}`)

export const dataRepresentation5 = [...numbered('1.5.4', 3), ...numbered('1.5.5', 1), ...numbered('1.5.7', 1)]

export const packetFormat5 = [...numbered('2.1.3', 1), ...numbered('2.2.1', 6, 2), ...numbered('2.2.2', 1)]

export const connect5 = [
  ...numbered('3.1.0', 2),
  ...numbered('3.1.2', 30),
  ...numbered('3.1.3', 12),
  ...numbered('3.1.4', 6),
]

export const connack5 = [...numbered('3.2.0', 2), ...numbered('3.2.2', 22)]

export const publish5 = [...numbered('3.3.1', 13), ...numbered('3.3.2', 20), ...numbered('3.3.4', 10)]

export const publishAnswers5 = [
  ...numbered('3.4.2', 3),
  ...numbered('3.5.2', 3),
  ...numbered('3.6.1', 1),
  ...numbered('3.6.2', 3),
  ...numbered('3.7.2', 3),
]

export const subscribe5 = [
  ...numbered('3.8.1', 1),
  ...numbered('3.8.3', 5),
  ...numbered('3.8.4', 8),
  ...numbered('3.9.2', 2),
  ...numbered('3.9.3', 2),
]

export const unsubscribe5 = [
  ...numbered('3.10.1', 1),
  ...numbered('3.10.3', 2),
  ...numbered('3.10.4', 6),
  ...numbered('3.11.2', 2),
  ...numbered('3.11.3', 2),
]

export const pingreq5 = numbered('3.12.4', 1)

export const disconnect5 = [
  ...numbered('3.14.0', 1),
  ...numbered('3.14.1', 1),
  ...numbered('3.14.2', 4),
  ...numbered('3.14.4', 3),
]

export const auth5 = [...numbered('3.15.1', 1), ...numbered('3.15.2', 3)]

export const operation5 = [
  ...numbered('4.1.0', 2),
  ...numbered('4.2.0', 1),
  ...numbered('4.3.1', 1),
  ...numbered('4.3.2', 5),
  ...numbered('4.3.3', 13),
  ...numbered('4.4.0', 2),
  ...numbered('4.5.0', 2),
  ...numbered('4.6.0', 6),
  ...numbered('4.7.0', 1),
  ...numbered('4.7.1', 2),
  ...numbered('4.7.2', 1),
  ...numbered('4.7.3', 4),
  ...numbered('4.8.2', 6),
  ...numbered('4.9.0', 3),
  ...numbered('4.12.0', 7),
  ...numbered('4.12.1', 2),
  ...numbered('4.13.1', 1),
  ...numbered('4.13.2', 1),
]

export const webSocket5 = numbered('6.0.0', 4)

/** Appendix B writes two of these otherwise: [MQTT-3.1.2.7] and [MQTT-3-8.3-4]. */
export const packets4 = [
  ...numbered('1.5.3', 3),
  ...numbered('2.2.2', 2),
  ...numbered('2.3.1', 7),
  ...numbered('3.1.0', 2),
  ...numbered('3.1.2', 24),
  ...numbered('3.1.3', 11),
  ...numbered('3.1.4', 5),
  ...numbered('3.2.0', 1),
  ...numbered('3.2.2', 6),
  ...numbered('3.3.1', 12),
  ...numbered('3.3.2', 3),
  ...numbered('3.3.4', 1),
  ...numbered('3.3.5', 2),
  ...numbered('3.6.1', 1),
  ...numbered('3.8.1', 1),
  ...numbered('3.8.3', 4),
  ...numbered('3.8.4', 6),
  ...numbered('3.9.3', 2),
  ...numbered('3.10.1', 1),
  ...numbered('3.10.3', 2),
  ...numbered('3.10.4', 6),
  ...numbered('3.12.4', 1),
  ...numbered('3.14.1', 1),
  ...numbered('3.14.4', 3),
]

/** Chapters 4, 6 and 7. */
export const operation4 = [
  ...numbered('4.1.0', 2),
  ...numbered('4.3.1', 1),
  ...numbered('4.3.2', 2),
  ...numbered('4.3.3', 2),
  ...numbered('4.4.0', 1),
  ...numbered('4.5.0', 2),
  ...numbered('4.6.0', 6),
  ...numbered('4.7.1', 3),
  ...numbered('4.7.2', 1),
  ...numbered('4.7.3', 4),
  ...numbered('4.8.0', 2),
  ...numbered('6.0.0', 4),
  ...numbered('7.0.0', 2),
  ...numbered('7.1.1', 1),
  ...numbered('7.1.2', 1),
]
