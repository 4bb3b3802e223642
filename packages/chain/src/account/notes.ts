/** What is known of a transaction beside the journal; of one from before a crash: that it may have been sent. */
export type Notes = {
  sentMs: number
  /** Once its bytes may have reached a node, no others are signed in their place. */
  mayBeKnown: boolean
  lookedMs: number
  isPricedOut: boolean
  /** Mined before, and then no more. */
  wasReorganised: boolean
  /** Why it is not mined, in words. */
  trouble: string | null
}

export const freshNotes = (): Notes => ({
  sentMs: Number.NEGATIVE_INFINITY,
  mayBeKnown: true,
  lookedMs: performance.now(),
  isPricedOut: false,
  wasReorganised: false,
  trouble: null,
})
