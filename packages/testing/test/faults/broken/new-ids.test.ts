import { ConnectionLost } from '@daakia/client-sdk'
import type { openLink as open } from '@daakia/client-sdk/internal'
import { expect, test, vi } from 'vitest'
import { harness, lossSweep } from '../../../src/index.js'
import { echo } from '../../support/bots.js'
import { failureOf } from '../../support/failure-of.js'

/** What is not acknowledged is sent again by the connection, under an id that it makes for it. */
vi.mock('../../../../client-sdk/src/link/link.js', async (original) => {
  const { openLink } = await original<{ openLink: typeof open }>()
  const opened: typeof open = (options) => {
    const link = openLink(options)
    const publish = link.publish.bind(link)
    link.publish = async (message, how) => {
      try {
        await publish(message, how)
      } catch (error) {
        if (!(error instanceof ConnectionLost) || !message.topic.endsWith('/messages')) throw error
        await link.online()
        const others = message.userProperties?.filter(([name]) => name !== 'id') ?? []
        await publish({ ...message, userProperties: [...others, ['id', `${ids++}`]] }, how)
      }
    }
    return link
  }
  return { openLink: opened }
})
let ids = 0

test('a message that is stored twice under two ids is found where its acknowledgement gets lost', async () => {
  const chat = await harness({ bot: echo })
  const ana = chat.user('ana')
  ana.ignoresTheRest()
  await ana.says('hi')
  ana.connection.drops('puback')
  await ana.says('one')
  const { message } = await failureOf(() => chat.toDeliverExactlyOnce())
  expect(message).toMatch(/doubled: ana~echo has message \d+, ana: "one", which was said once/)
  await chat.close()
})

test('and so it is by a loss sweep', async () => {
  const sweep = lossSweep({ bot: echo, packets: ['puback'] }, async (chat) => {
    chat.user('ana').ignoresTheRest()
    await chat.user('ana').says('hi')
  })
  await expect(sweep).rejects.toThrow(
    /^When the connection of ana breaks at the \w+ puback from the server, which is lost: [\s\S]*doubled: /,
  )
})
