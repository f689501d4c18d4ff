import type { DaakiaConfig } from '../config/daakia-config.js'
import { ConfigError } from '../config/problems.js'

/** @throws ConfigError where nobody could connect */
export const refuseNobody = ({ dev, authentication = [] }: DaakiaConfig): void => {
  if (!dev && authentication.length === 0) throw new ConfigError([noAuthentication.trimEnd()])
}

/** What somebody reads who has just typed `daakia serve`. */
const noAuthentication = `Nobody could connect: the server has to know who somebody is. The shortest ways:

  daakia serve --dev                    on this machine, without passwords: the MQTT user name is the client

  daakia passwd passwords --vendor acme --client ana
  export DAAKIA_AUTHENTICATION='[{ "type": "passwordFile", "file": "passwords" }]'

  a file daakia.config.ts for tokens of your identity provider:
    import { defineConfig } from '@daakia/cli'
    export default defineConfig({
      authentication: [{ type: 'jwt', jwksUrl: 'https://id.example.com/.well-known/jwks.json' }],
    })
`
