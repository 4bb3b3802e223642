import type { JobState } from '../schemas/index.ts'

const ENDED: readonly JobState[] = ['done', 'failed', 'cancelled']

export const isEnded = (state: JobState): boolean => ENDED.includes(state)
