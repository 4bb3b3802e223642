import type { ErrorComponentProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

/** A defect of a view, or a part of it that did not arrive. */
export function ViewFailed({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation()
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
