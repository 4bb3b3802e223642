import { useTranslation } from 'react-i18next'

/** A placeholder of about the height of what comes. */
export function Loading({ lines = 3 }: { lines?: number }) {
  const { t } = useTranslation()
  return (
    <div role="status" className="space-y-2.5 py-1">
      <span className="sr-only">{t('common.loading')}</span>
      {Array.from({ length: lines }, (_, line) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are alike and never move
          key={line}
          className="h-4 animate-pulse rounded bg-raised"
          style={{ width: `${92 - ((line * 23) % 40)}%` }}
        />
      ))}
    </div>
  )
}
