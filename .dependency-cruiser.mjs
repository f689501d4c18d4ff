/** Which part may import which. `npm run check` runs these rules over every package. */

const publicDoors = ['index', 'mqtt/index', 'internal', 'contracts', 'vitest', 'middleware/(metrics|tracing)'].join('|')

/** A file named after how it implements a port. */
const implementation = '^packages/server/src/.*/(embedded[a-z-]*|redis-[a-z-]*|lmdb|memory)\\.ts$'

/** Everything in `packages/` but these. */
const packagesOtherThan = (...names) => `^packages/(?!(${names.join('|')})/)`

const mayImport = (name, ...others) => ({
  name: `imports-of-${name}`,
  comment: `Imports run one way: ${name} builds on ${others.join(', ') || 'no other package'}.`,
  severity: 'error',
  from: { path: `^packages/${name}/src/` },
  to: { path: packagesOtherThan(name, ...others) },
})

const onlyIn = (path, { module, comment }) => ({
  name: `${module}-in-one-place`,
  comment,
  severity: 'error',
  from: { path: '^packages/[^/]+/src/', pathNot: path },
  to: { path: `^node_modules/${module}/` },
})

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    mayImport('protocol'),
    mayImport('server', 'protocol'),
    mayImport('client-sdk', 'protocol'),
    mayImport('bot-sdk', 'protocol', 'client-sdk'),
    mayImport('testing', 'protocol', 'server', 'client-sdk', 'bot-sdk'),
    mayImport('cli', 'protocol', 'server', 'client-sdk', 'bot-sdk', 'testing'),
    mayImport('create-daakia-bot'),
    {
      name: 'public-doors-only',
      comment: 'Another package is imported by its name, and through what its package.json exports.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: ['^packages/$1/', `^packages/[^/]+/src/(${publicDoors})\\.ts$`] },
    },
    {
      name: 'packages-by-name',
      comment: 'A relative path never leaves its package.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: '^packages/$1/', dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'protocol-runs-in-a-browser',
      comment: 'packages/protocol uses no API of Node.',
      severity: 'error',
      from: { path: '^packages/protocol/src/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'implementations-where-composed',
      comment:
        'An implementation of a port is named only where the server is composed, or its data are opened to be moved, and in the door for other composers.',
      severity: 'error',
      from: {
        path: '^packages/server/src/',
        pathNot: [
          '^packages/server/src/(compose|server|index|foundation/(embedded|redis)|archive/(archive-messages|open-folder|migrate/(folder|redis)))\\.ts$',
          implementation,
        ],
      },
      to: { path: implementation },
    },
    {
      name: 'ports-are-abstract',
      comment: 'A port knows words and other ports, never what implements it.',
      severity: 'error',
      from: { path: ['^packages/server/src/.*port\\.ts$', '/port/[^/]+\\.ts$'] },
      to: {
        path: '^packages/[^/]+/src/',
        pathNot: ['/port\\.ts$', '/port/[^/]+\\.ts$', '/identity\\.ts$', '^packages/protocol/', '/byte-stream\\.ts$'],
      },
    },
    {
      name: 'client-sdk-runs-in-a-browser',
      comment: 'packages/client-sdk imports no module of Node: its sockets ask for one where there is Node.',
      severity: 'error',
      from: { path: '^packages/client-sdk/src/' },
      to: { dependencyTypes: ['core'], dependencyTypesNot: ['type-only'] },
    },
    onlyIn('^packages/bot-sdk/src/middleware/(tracing|traceparent)\\.ts$', {
      module: '@opentelemetry',
      comment: 'Who does not trace needs no OpenTelemetry: it is behind a door of its own.',
    }),
    onlyIn('^packages/(bot-sdk/src/middleware/metrics\\.ts$|server/src/)', {
      module: 'prom-client',
      comment: 'Who measures no bot needs no prom-client: it is behind a door of its own.',
    }),
    onlyIn('^packages/server/src/kv/', { module: 'lmdb', comment: 'LMDB lies beneath the key-value port.' }),
    onlyIn('^packages/server/src/redis/', { module: 'ioredis', comment: 'The client of Redis lies beneath the link.' }),
    onlyIn('^packages/(server/src/connection-manager|client-sdk/src/transport/mqtt/sockets)/', {
      module: 'ws',
      comment: 'WebSockets end in the connection manager of the server, and in the sockets of the client.',
    }),
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      comment:
        'What a package imports at run time stands in its own package.json. A peer does, though tests need it as a dev dependency, too; and what its tsup.config.ts takes into the build is none.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only', 'npm-peer'],
        pathNot: '^node_modules/(chrono-node|libphonenumber-js)/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|templates)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
}
