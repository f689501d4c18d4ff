import { Dialogue, type Questions } from '../dialogue.js'
import type { OfTest } from '../questions.js'

/** The dialogue of a process with the test that has made it. Where the test's process ends, this one does. */
export const withTest = <Mine extends Questions>(last: () => void = () => {}): Dialogue<OfTest, Mine> => {
  const dialogue = new Dialogue<OfTest, Mine>((packet) => process.connected && process.send?.(packet))
  process.on('message', (packet) => dialogue.receive(packet))
  process.once('disconnect', () => {
    last()
    process.exit()
  })
  return dialogue
}
