import { bot, type Recogniser } from '@daakia/bot-sdk'
import type { AnyStateMachine } from 'xstate'

declare const machine: AnyStateMachine
declare const exact: Recogniser, byExamples: Recogniser

export const shop = bot({ id: 'shop-bot', version: 1, machine, understand: [exact, byExamples], leastScore: 0.7 })
