import { ReasonCode } from '@daakia/protocol/mqtt'

/** Why a publish or subscription under `daak/` is not taken, and what its sender can do about it. */
export class Refusal extends Error {
  override readonly name = 'Refusal'

  constructor(
    readonly reasonCode: number,
    reason: string,
    readonly options: { /** It may go well a little later. */ passing?: boolean } = {},
  ) {
    super(reason)
  }
}

/** One text for a conversation that is not there and one that is somebody else's: whether it exists is not told. */
export const notAMember = () =>
  new Refusal(ReasonCode.NotAuthorized, 'No such conversation, or you are not a member of it')

/** What its client sends again keeps its order so. */
export const afterRefused = () =>
  new Refusal(ReasonCode.QuotaExceeded, 'What was sent before it was refused for now: send both again', {
    passing: true,
  })

export const badTopic = (reason: string) => new Refusal(ReasonCode.TopicNameInvalid, reason)
export const badFilter = (reason: string) => new Refusal(ReasonCode.TopicFilterInvalid, reason)
export const badProperty = (reason: string) => new Refusal(ReasonCode.PayloadFormatInvalid, reason)
