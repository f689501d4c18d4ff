import { defineConfig } from '@daakia/cli'

export default defineConfig({
  listen: { host: '0.0.0.0', tls: { certFile: 'server.crt', keyFile: 'server.key' } },
  authentication: [{ type: 'jwt', jwksUrl: 'https://id.example.com/.well-known/jwks.json', vendor: 'acme' }],
  access: [{ allow: 'all', topic: 'rooms/#' }],
})
