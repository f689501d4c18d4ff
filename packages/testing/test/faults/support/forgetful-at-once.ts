import { test } from 'vitest'
import { crashSweep, lossSweep } from '../../../src/index.js'
import { echo } from '../../support/bots.js'

const goesWrong = async () => {
  throw new Error('It goes wrong.')
}

test.concurrent('one is not awaited, in a test that runs beside others', async () => {
  lossSweep({ bot: echo }, goesWrong)
  // It has gone wrong, too, by then.
  await lossSweep({ bot: echo }, goesWrong).catch(() => {})
})

test('one is awaited', async () => {
  await crashSweep({ bot: echo }, goesWrong)
})
