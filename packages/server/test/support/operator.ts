import type { Client } from './client.js'
import type { Connecting } from './connecting.js'

/** Somebody with the role `vendor`, who calls what is for operators. */
export class Operator {
  private constructor(readonly client: Client) {}

  static async connect(server: Pick<Connecting, 'client'>): Promise<Operator> {
    const client = await server.client('operator')
    await client.subscribe(client.replies)
    return new Operator(client)
  }

  /** The result of a call. @throws with the answer's code where it is an error */
  async call<T>(method: string, params: object): Promise<T> {
    const answer = await this.client.call(method, params)
    if ('error' in answer) throw Object.assign(new Error(answer.error.message), { code: answer.error.code })
    return answer.result as T
  }
}
