import type { Job } from '@golem/api'
import { useTranslation } from 'react-i18next'
import { hasPictures } from '../job/has-pictures.ts'
import { Badge, type Tone } from '../ui/badge.tsx'

const TONES = {
  examining: 'accent',
  estimating: 'accent',
  confirming: 'warn',
  negotiating: 'accent',
  running: 'accent',
  paused: 'warn',
  finishing: 'accent',
  done: 'good',
  failed: 'bad',
  cancelled: 'warn',
} as const satisfies Record<Job['state'], Tone>

export function JobBadge({ job }: { job: Pick<Job, 'state' | 'app'> }) {
  const { t } = useTranslation()
  const { state } = job
  const words = state === 'running' && !hasPictures(job) ? t('job.computing') : t(`job.states.${state}`)
  return <Badge tone={TONES[state]}>{words}</Badge>
}
