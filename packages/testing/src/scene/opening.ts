import type { Saying } from '@daakia/client-sdk'

const type = 'daakia.opening'

/** What begins a conversation that starts in the midst of something: nobody has said it, and no transcript shows it. */
export const opening: Saying = { type, payload: new Uint8Array() }

export const opens = (message: { type: string }): boolean => message.type === type
