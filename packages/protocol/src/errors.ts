/** What to do with the peer whose act caused an error. */
export type PeerPolicy = 'ignore' | 'reject' | 'penalise'

export type GolemErrorOptions = {
  /** Stable, for programs: `UPPER_SNAKE`. */
  code: string
  /** One sentence: what happened, with the value. Never a secret. */
  message: string
  /** One sentence: what the reader can do about it. */
  remedy?: string
  /** Facts behind the message, JSON-serialisable. */
  data?: Record<string, unknown>
  /** Set where a peer caused it. */
  peerPolicy?: PeerPolicy
  cause?: unknown
}

/**
 * The one error that Golem's rooms throw on purpose. Whatever else is thrown is a defect.
 *
 * @example
 * throw new GolemError({ code: 'FILE_MISSING', message: `There is no file ${path}.`, remedy: 'Check the path.' })
 */
export class GolemError extends Error {
  override readonly name = 'GolemError'
  readonly code: string
  readonly remedy: string | undefined
  readonly data: Record<string, unknown>
  readonly peerPolicy: PeerPolicy | undefined

  constructor(options: GolemErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = options.code
    this.remedy = options.remedy
    this.data = options.data ?? {}
    this.peerPolicy = options.peerPolicy
  }

  /** What a person reads: the message, then the remedy. */
  get sentence(): string {
    return this.remedy === undefined ? this.message : `${this.message} ${this.remedy}`
  }
}

/** Errors of this machine itself, for which no peer is to blame and which no other peer mends. */
const OWN_DEFECTS = ['STORAGE_FULL', 'DISK_FULL', 'STORE_FAILED', 'SANDBOX_UNAVAILABLE', 'FOLDER_UNWRITABLE']
export const isOwnDefect = (error: GolemError): boolean => OWN_DEFECTS.includes(error.code)
