import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { statusQuery } from '../api/queries.ts'
import { Notice } from '../ui/notice.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'

/** What concerns every view: a daemon that is away, and money that does not move. */
export function Banner() {
  const { t } = useTranslation()
  const { data, isError } = useQuery(statusQuery)
  if (isError) {
    return (
      <div className="px-4 pt-4 sm:px-6 lg:px-8">
        <Notice tone="bad" title={t('shell.awayTitle')}>
          {t('shell.awayRemedy')}
        </Notice>
      </div>
    )
  }
  const troubles = data?.troubles ?? []
  if (troubles.length === 0) return null
  return (
    <div className="space-y-2 px-4 pt-4 sm:px-6 lg:px-8">
      {troubles.map((trouble) => (
        <ProblemNotice key={`${trouble.code}/${trouble.message}`} tone="warn" error={trouble} />
      ))}
    </div>
  )
}
