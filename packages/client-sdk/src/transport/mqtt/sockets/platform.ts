import type * as net from 'node:net'
import type * as tls from 'node:tls'

/** The part of Node's `process` that finds modules without an import, which a bundler for browsers would stumble over. */
interface NodeProcess {
  getBuiltinModule?(name: string): unknown
}

interface NodeModules {
  'node:net': typeof net
  'node:tls': typeof tls
}

const nodeProcess = (): NodeProcess | undefined => (globalThis as { process?: NodeProcess }).process

/** Whether this is Node, or what offers its modules; else it is a browser, or React Native. */
export const hasNodeModules = (): boolean => typeof nodeProcess()?.getBuiltinModule === 'function'

/** A module of Node. To be asked for only where `hasNodeModules`. */
export const nodeModule = <Name extends keyof NodeModules>(name: Name): NodeModules[Name] =>
  nodeProcess()?.getBuiltinModule?.(name) as NodeModules[Name]
