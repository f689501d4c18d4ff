import { setTimeout as sleep } from 'node:timers/promises'

/** To ask again at once would take the processor from those who are to bring it about. */
export const soon = (): Promise<void> => sleep(10)
