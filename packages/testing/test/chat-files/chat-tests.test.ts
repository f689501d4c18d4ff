import { chatTests } from '@daakia/testing/vitest'
import { order } from '../../../../examples/order/src/order.js'

chatTests(new URL('./order/', import.meta.url), { bot: order })
