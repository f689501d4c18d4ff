import { chatTests } from '@daakia/testing/vitest'
import { order } from '../src/order.js'

chatTests(new URL('./conversations/', import.meta.url), { bot: order })
