import { chatTests } from '@daakia/testing/vitest'
import { table } from '../test-a-bot/table.js'

chatTests(new URL('./changed/', import.meta.url), { bot: table })
