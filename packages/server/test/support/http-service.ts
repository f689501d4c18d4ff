import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface HttpQuestion {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export interface HttpAnswer {
  status?: number
  headers?: Record<string, string>
  body?: string
}

/** `undefined`: it never answers. */
export type Respond = (question: HttpQuestion) => HttpAnswer | undefined

/** A service of somebody else, over HTTP on loopback, which answers as a test says. */
export class HttpService {
  /** Everything that it was asked, in order. */
  readonly questions: HttpQuestion[] = []
  respond: Respond
  readonly #server: Server
  readonly #waiting = new Set<() => void>()

  private constructor(server: Server, respond: Respond) {
    this.#server = server
    this.respond = respond
    server.on('request', async (request, response) => {
      const body = (await request.toArray()).join('')
      const { method = '', url = '', headers } = request
      this.#asked({ method, path: url, headers, body }, response)
    })
  }

  static async open(respond: Respond): Promise<HttpService> {
    const service = new HttpService(createServer(), respond)
    service.#server.listen(0, '127.0.0.1')
    await once(service.#server, 'listening')
    onTestFinished(() => service.close())
    return service
  }

  /** Always answers with this JSON. */
  static json(json: unknown): Promise<HttpService> {
    return HttpService.open(() => ({ body: JSON.stringify(json) }))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/service`
  }

  /** Resolves when it was asked so many questions in all. */
  async asked(count: number): Promise<void> {
    while (this.questions.length < count) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve))
  }

  #asked(question: HttpQuestion, response: ServerResponse): void {
    this.questions.push(question)
    const answer = this.respond(question)
    if (answer) response.writeHead(answer.status ?? 200, answer.headers).end(answer.body)
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}
