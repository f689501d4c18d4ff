import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { type Caller, operatorMethod } from '../../src/backend/rpc/method.js'

const caller = (role?: 'vendor') =>
  ({ vendor: 'acme', client: 'ana', connection: 'a', ...(role && { role }) }) as Caller

const double = operatorMethod(z.object({ n: z.number() }), async (_, { n }) => 2 * n)

test('a method for operators is for the vendor itself alone', async () => {
  expect(await double(caller('vendor'), { n: 21 })).toBe(42)
  await expect(double(caller(), { n: 21 })).rejects.toMatchObject({ code: -32001 })
})

test('nobody else hears of a wrong parameter', async () => {
  await expect(double(caller('vendor'), {})).rejects.toMatchObject({ code: -32602 })
  await expect(double(caller(), {})).rejects.toMatchObject({ code: -32001 })
})
