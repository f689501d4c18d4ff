import { chatTests } from '@daakia/testing/vitest'
import { table } from '../test-a-bot/table.js'

chatTests(new URL('./tables/', import.meta.url), { bot: table })
