import type { Job } from '@golem/api'

/** Shows a job as it goes on. */
export type JobView = {
  show(job: Job): void
  /** A line that stays. */
  note(line: string): void
  /** Leaves what is shown, and shows no more. Idempotent. */
  stop(): void
}
