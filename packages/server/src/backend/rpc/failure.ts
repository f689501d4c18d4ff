import { RpcCode } from '@daakia/protocol'

/** A call that went wrong, as its caller is told: a code of JSON-RPC 2.0, and what to do about it. */
export class RpcFailure extends Error {
  override readonly name = 'RpcFailure'

  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message)
  }
}

/** One text for a conversation that is not there and one that is somebody else's: whether it exists is not told. */
export const notAMember = () =>
  new RpcFailure(RpcCode.NotAllowed, 'No such conversation, or you are not a member of it')

export const vendorOnly = () => new RpcFailure(RpcCode.NotAllowed, 'Only a client with the role "vendor" may call this')

export const badParams = (reason: string) => new RpcFailure(RpcCode.InvalidParams, reason)
export const notFound = (reason: string) => new RpcFailure(RpcCode.NotFound, reason)
export const conflict = (reason: string) => new RpcFailure(RpcCode.Conflict, reason)
export const notAllowed = (reason: string) => new RpcFailure(RpcCode.NotAllowed, reason)
