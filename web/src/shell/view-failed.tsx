import { useQuery } from '@tanstack/react-query'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { isUnreachable } from '../api/problem-of.ts'
import { statusQuery } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'

/** A defect of a view, or a part of it that did not arrive. */
export function ViewFailed({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation()
  if (isUnreachable(error)) return <NotArrived error={error} />
  return (
    <Notice
      tone="bad"
      title={t('shell.viewFailed')}
      action={
        <Button size="small" onClick={reset}>
          {t('common.retry')}
        </Button>
      }
    >
      {error instanceof Error ? error.message : String(error)}
    </Notice>
  )
}

/** Comes with the whole page as soon as the daemon answers again. */
function NotArrived({ error }: { error: unknown }) {
  const { isSuccess, dataUpdatedAt } = useQuery(statusQuery)
  const sinceMs = useRef(Date.now())
  const isBack = isSuccess && dataUpdatedAt > sinceMs.current
  useEffect(() => {
    if (isBack) window.location.reload()
  }, [isBack])
  return <ProblemNotice error={error} retry={() => window.location.reload()} />
}
