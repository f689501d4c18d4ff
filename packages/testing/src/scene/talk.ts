import type { Message } from '@daakia/client-sdk'

/** Whether somebody says it. An entry that tells who has the conversation now is heard only where a test expects it. */
export const isTalk = ({ type }: Message): boolean => type !== 'handoff'
