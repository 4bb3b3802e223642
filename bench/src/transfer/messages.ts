/** The ways that are compared: ours, what every web server does, the bare wire, and what IPFS nodes speak. */
export const WAYS = ['golem', 'http', 'tcp', 'bitswap'] as const
export type Way = (typeof WAYS)[number]

/** Where a server is reached, as its own kind of client needs it. */
export type Place = { port: number; peerId?: string; cid?: string }

/** What one side used while the bytes moved. */
export type Use = { cpuS: number; idleBytes: number; peakBytes: number }
export type Fetched = Use & { seconds: number }

/** How a party is started: the one argument of its program. */
export type Task =
  | { role: 'server'; way: Way; file: string; folder: string }
  | { role: 'client'; way: Way; place: Place; sizeBytes: number; sha256: string; folder: string }
