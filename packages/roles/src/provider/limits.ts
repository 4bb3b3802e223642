/** Bounds on what peers can make a provider hold; each says what it protects. */
export const LIMITS = {
  /** An image that is fetched, packed. */
  imageBytes: 8 * 1024 ** 3,
  /** Agreements at work at once: memory, programs. */
  agreements: 64,
  /** Agreements whose requestor is away, kept until their deadline. */
  dormant: 1_024,
  /** Of one requestor. */
  agreementsPerRequestor: 8,
  /** Subtasks of an agreement that wait for a core. */
  queued: 512,
  /** Subtasks of an agreement not accepted yet, each with its outputs. One acceptance names no more. */
  outstanding: 1_000,
  /** Indices of an agreement that are remembered, so that none is paid or delivered twice. */
  indices: 100_000,
  /** Text of one request, and of all requests of an agreement that are not accepted yet. */
  requestBytes: 64 * 1024,
  allRequestBytes: 8 * 1024 ** 2,
  /** Failures of an agreement's subtasks in a row: failed work is not paid. */
  failures: 20,
  /** Proofs of one agreement that wait for the chain. */
  proofs: 4,
  /** Fundings remembered by channel. */
  fundings: 32,
  /** Offers remembered; the oldest is forgotten first. */
  offers: 2_048,
  /** Requestors remembered for their rate of demands or for breaking the rules. */
  peers: 2_048,
  /** Offers on their way at once. */
  answers: 16,
  /** Programs with a job, by lent core: those that compute, and those that wait for their job's next subtask. */
  programsPerCore: 3,
  /** Messages that wait for a slow peer. */
  outbox: 4_096,
  /** Channels in one redemption. */
  redemptions: 50,
} as const

/** The first message of a stream comes within this. */
export const OPEN_TIMEOUT_MS = 10_000
/** Credit ends so long before a lock expires, and it is redeemed by then: requestors count the same way. */
export const CREDIT_MARGIN_MS = 24 * 60 * 60_000
