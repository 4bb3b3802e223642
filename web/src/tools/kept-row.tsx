import type { DataOverview } from '@golem/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { dataQuery } from '../api/queries.ts'
import { bytes } from '../format/quantities.ts'
import { Button } from '../ui/button.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { Entries } from './entries.tsx'
import { FetchData } from './fetch-data.tsx'

export function KeptRow({ kept }: { kept: DataOverview['pinned'][number] }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [asked, setAsked] = useState<'entries' | 'fetch' | null>(null)
  const { cid, owners, sizeBytes, isWhole } = kept
  const letGo = useMutation({
    mutationFn: () => daemon.unpinData(cid),
    onSettled: () => queries.invalidateQueries({ queryKey: dataQuery.queryKey }),
  })
  // `job/7f3a9c21/result` is of a job: kinds that are known by name, and the others by their first word.
  const nameOf = (owner: string): string => {
    const [kind = owner, name = ''] = owner.split('/')
    if (kind === 'person' || kind === 'verdict' || kind === 'provider') return t(`data.owners.${kind}`)
    return kind === 'app' || kind === 'job' || kind === 'image' ? t(`data.owners.${kind}`, { name }) : kind
  }
  return (
    <li className="py-2.5" data-cid={cid}>
      <p className="break-all font-mono text-xs">{cid}</p>
      <div className="mt-1 flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <p className="min-w-0 break-words text-muted text-xs">
          {isWhole ? bytes(sizeBytes) : t('data.partly')} ·{' '}
          {t('data.keptFor', { whom: [...new Set(owners.map((owner) => nameOf(owner)))].join(', ') })}
        </p>
        <div className="flex flex-wrap gap-1">
          <Button look="quiet" size="small" onClick={() => setAsked('entries')}>
            {t('data.show')}
            <Of cid={cid} />
          </Button>
          <Button look="quiet" size="small" onClick={() => setAsked('fetch')}>
            {t('data.write')}
            <Of cid={cid} />
          </Button>
          {owners.includes('person') && (
            <Button look="quiet" size="small" disabled={letGo.isPending} onClick={() => letGo.mutate()}>
              {t('data.letGo')}
              <Of cid={cid} />
            </Button>
          )}
        </div>
      </div>
      {letGo.isError && <ProblemNotice error={letGo.error} />}
      {asked === 'entries' && <Entries cid={cid} onDone={() => setAsked(null)} />}
      {asked === 'fetch' && <FetchData cid={cid} onDone={() => setAsked(null)} />}
    </li>
  )
}

/** For who does not see beside what it stands. */
const Of = ({ cid }: { cid: string }) => <span className="sr-only">{cid}</span>
