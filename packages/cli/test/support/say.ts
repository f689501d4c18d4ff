import { createClient } from '@daakia/client-sdk'

/** Has ana say something to ben; resolves when the server has acknowledged it. */
export const say = async (url: string, text: string): Promise<void> => {
  const client = createClient({ url, identity: 'ana' })
  await client.to('ben').send(text)
  await client.close()
}
