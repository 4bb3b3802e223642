/** Time, so that the roles can be run at any speed. */
export type Clock = {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after `ms`. @throws the signal's reason when aborted first. */
  sleep(ms: number, options?: { signal?: AbortSignal }): Promise<void>
}
