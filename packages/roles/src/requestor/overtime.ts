import type { JobState } from './job-state.ts'

/** After the deadline, what was delivered in time is still checked, accepted and merged for so long: providers wait as long. */
const OVERTIME_MS = 4 * 60_000

/**
 * A deadline counts deliveries, and what is ready: whether all that a job still lacks came in time, and only its checks and
 * merges take longer.
 */
export function isOvertime({ deadlineAtMs, subtasks, acceptedCount, open }: JobState, nowMs: number): boolean {
  if (deadlineAtMs === null || nowMs <= deadlineAtMs || nowMs > deadlineAtMs + OVERTIME_MS) return false
  const inTime = new Set<string>()
  for (const { readyAtMs, delivery, subtask } of open) {
    const atMs = readyAtMs ?? delivery?.atMs ?? Number.POSITIVE_INFINITY
    if (atMs <= deadlineAtMs && !subtasks.get(subtask)?.accepted) inTime.add(subtask)
  }
  return subtasks.size > 0 && acceptedCount + inTime.size >= subtasks.size
}
