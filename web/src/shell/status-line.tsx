import { useQuery } from '@tanstack/react-query'
import clsx from 'clsx'
import { useTranslation } from 'react-i18next'
import { statusQuery } from '../api/queries.ts'

/** One line on the daemon: whether it answers, on which chain, with how many peers. */
export function StatusLine() {
  const { t } = useTranslation()
  const { data, isError } = useQuery(statusQuery)
  const tone = isError ? 'bg-bad' : data === undefined ? 'bg-edge' : data.chain.reachable ? 'bg-good' : 'bg-warn'
  return (
    <div className="flex items-start gap-2 px-2 text-muted text-xs">
      <span aria-hidden className={clsx('mt-1.5 size-2 shrink-0 rounded-full', tone)} />
      <div>
        {isError ? (
          t('shell.away')
        ) : data === undefined ? (
          t('common.loading')
        ) : (
          <>
            <div>{t('shell.peers', { count: data.peers })}</div>
            <div>{data.chain.dev ? t('shell.devChain') : t('shell.chain', { id: data.chain.chainId })}</div>
            <div>Golem {data.version}</div>
          </>
        )}
      </div>
    </div>
  )
}
