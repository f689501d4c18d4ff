import { expect, test } from 'vitest'
import { order } from '../support/order.js'
import { Scene } from '../support/scene.js'

test('an order with a wrong answer, a reminder, a restart, a correction and a cancel', async () => {
  const scene = new Scene(order.machine)
  scene.start('hi')
  expect(scene.said()).toEqual(['Welcome.', 'Which size?'])
  await scene.hears('large')
  expect(scene.said()).toEqual(['How many?'])
  await scene.hears('many')
  expect(scene.said()).toEqual(['"many" is not a number from 1 to 20. How many?'])
  await scene.wait(10 * 60_000)
  expect(scene.said()).toEqual(['Are you still there?'])
  scene.restart()
  expect(scene.said()).toEqual([])
  await scene.gets({ type: 'correct', slot: 'size' })
  expect(scene.said()).toEqual(['Which size?'])
  expect(scene.run.public).toEqual({
    value: { asking: 'size' },
    tags: [],
    accepts: ['cancel', 'correct', 'message', 'repeat'],
  })
  await scene.gets({ type: 'cancel' })
  expect(scene.said()).toEqual(['Cancelled.'])
  expect(scene.run.ended).toEqual({ output: { count: undefined } })
  await scene.wait(2 * 24 * 3_600_000)
  expect(scene.said()).toEqual([])
})
