import type { DataOverview } from '@golem/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Download, Package, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { daemon } from '../api/daemon.ts'
import { dataQuery } from '../api/queries.ts'
import { bytes } from '../format/quantities.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { Meter } from '../ui/meter.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { AddData } from './add-data.tsx'
import { FetchData } from './fetch-data.tsx'
import { KeptRow } from './kept-row.tsx'

/** Content that this node keeps, by what it contains. */
export function DataCard() {
  const { t } = useTranslation()
  const query = useQuery(dataQuery)
  const [asked, setAsked] = useState<'add' | 'fetch' | null>(null)
  const leave = () => setAsked(null)
  return (
    <Card
      title={t('data.title')}
      aside={
        <div className="flex flex-wrap gap-2">
          <Button size="small" look="primary" onClick={() => setAsked('add')}>
            <Plus aria-hidden className="size-4" />
            {t('data.add')}
          </Button>
          <Button size="small" onClick={() => setAsked('fetch')}>
            <Download aria-hidden className="size-4" />
            {t('data.fetch')}
          </Button>
        </div>
      }
    >
      <QueryView query={query}>{(overview) => <Kept overview={overview} />}</QueryView>
      {asked === 'add' && <AddData onDone={leave} />}
      {asked === 'fetch' && <FetchData cid={null} onDone={leave} />}
    </Card>
  )
}

function Kept({ overview }: { overview: DataOverview }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const clear = useMutation({
    mutationFn: () => daemon.clearData(),
    onSuccess: ({ blocks, bytes: size }) => toast.success(t('data.cleared', { count: blocks, size: bytes(size) })),
    onSettled: () => queries.invalidateQueries({ queryKey: dataQuery.queryKey }),
  })
  const { usedBytes, maxBytes, pinned } = overview
  return (
    <>
      <Meter label={t('data.used')} value={usedBytes} max={maxBytes} />
      <div className="mt-2 flex flex-wrap items-center justify-between gap-2">
        <p className="text-muted text-xs tabular-nums">
          {t('data.usedOf', { used: bytes(usedBytes), max: bytes(maxBytes) })}
        </p>
        <Button size="small" look="quiet" disabled={clear.isPending} onClick={() => clear.mutate()}>
          <Trash2 aria-hidden className="size-4" />
          {t('data.clear')}
        </Button>
      </div>
      {clear.isError && <ProblemNotice className="mt-2" error={clear.error} />}
      {pinned.length === 0 ? (
        <Empty icon={Package} title={t('data.none')}>
          {t('data.noneAbout')}
        </Empty>
      ) : (
        <ul className="mt-3 max-h-[32rem] divide-y overflow-y-auto border-t" data-testid="kept">
          {pinned.map((each) => (
            <KeptRow key={each.cid} kept={each} />
          ))}
        </ul>
      )}
    </>
  )
}
