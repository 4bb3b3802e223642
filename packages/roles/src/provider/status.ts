import type { Address, Wei } from '@golem/protocol'

export type ProviderState = 'off' | 'starting' | 'idle' | 'working' | 'paused' | 'stopping' | 'failed'

/** What a provider tells about itself. */
export type ProviderStatus = {
  state: ProviderState
  /** In words, with the remedy where it failed. */
  reason: string
  cores: number
  speed: number
  pricePerCoreHourWei: Wei
  /** What a requestor can leave unpaid: one that is new, or a single subtask where that costs more; one that has much to lose. */
  unpaid: { newWei: Wei; mostWei: Wei }
  /** Empty programs that wait for work. */
  waiting: number
  /** One by open agreement. */
  activities: {
    requestor: Address
    app: string
    running: number
    delivered: number
    accepted: number
    earnedWei: Wei
  }[]
  /** The last subtasks that failed here, the newest last: a limit that was hit stands there with its figures. */
  failures: FailureNote[]
}

export type FailureNote = { requestor: Address; app: string; code: string; message: string; atMs: number }

/** Of all its work ever, over this payment contract. */
export type WorkDone = { accepted: number; rejected: number; acceptedWei: Wei; rejectedWei: Wei }

/** By vouchers, over this payment contract. */
export type Earnings = {
  /** Held, and not yet in the free balance. */
  owedToMeWei: Wei
  /** Ever earned. */
  earnedWei: Wei
}
