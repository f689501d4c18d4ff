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
