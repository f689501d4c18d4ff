import { chatTests } from '@daakia/testing/vitest'
import { order } from '../ask-questions.js'

chatTests(new URL('./conversations/', import.meta.url), { bot: order })
