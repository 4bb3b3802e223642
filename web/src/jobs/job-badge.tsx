import type { Job } from '@golem/api'
import { useTranslation } from 'react-i18next'
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

export function JobBadge({ job: { state } }: { job: Pick<Job, 'state'> }) {
  const { t } = useTranslation()
  return <Badge tone={TONES[state]}>{t(`job.states.${state}`)}</Badge>
}
