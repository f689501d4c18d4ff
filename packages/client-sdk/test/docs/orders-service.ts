import { serve } from '@daakia/client-sdk'
import * as z from 'zod'

export const orders = serve('orders', {
  url: process.env.DAAKIA_URL ?? 'mqtt://127.0.0.1:1883',
  methods: {
    ship: {
      description: 'Sends an order to its customer',
      params: z.object({ id: z.int().positive() }),
      result: z.string(),
      handle: ({ id }, { from }) => `order ${id} is on its way, ${from}`,
    },
  },
})
