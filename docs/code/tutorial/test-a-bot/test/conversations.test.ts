import { chatTests } from '@daakia/testing/vitest'
import { order } from '../src/bot.js'

chatTests(new URL('./conversations/', import.meta.url), { bot: order })
