import type { History } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { ReceiptText } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { historyQuery } from '../api/queries.ts'
import { glm } from '../format/amounts.ts'
import { dateTime } from '../format/quantities.ts'
import { useSaid } from '../i18n/use-said.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { historyCsv, jobsCsv, lendingCsv } from './receipts.ts'
import { SaveCsv } from './save-csv.tsx'

const PAGE = 25
const MOST = 1_000
/** All that the daemon gives at once. */
const ALL = 100_000
const TONES = { pending: 'warn', mined: 'good', reverted: 'bad', replaced: 'plain', refused: 'bad' } as const

/** What became of the money, in plain words, and as a table for whoever keeps the books. */
export function HistoryCard() {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const [limit, setLimit] = useState(PAGE)
  const query = useQuery(historyQuery(limit))
  return (
    <Card
      title={t('wallet.history')}
      aside={
        <div className="flex flex-wrap gap-2">
          <SaveCsv
            name="golem-transactions"
            rows={async () => historyCsv((await daemon.history(ALL)).entries)}
            label={t('wallet.csvHistory')}
          />
          <SaveCsv name="golem-jobs" rows={async () => jobsCsv(await daemon.jobs())} label={t('wallet.csvJobs')} />
          <SaveCsv
            name="golem-lending"
            rows={async () => lendingCsv(await daemon.lendingReceipts())}
            label={t('wallet.csvLending')}
          />
        </div>
      }
    >
      <QueryView query={query} lines={6}>
        {({ entries, total }: History) =>
          entries.length === 0 ? (
            <Empty icon={ReceiptText} title={t('wallet.noHistory')}>
              {t('wallet.noHistoryAbout')}
            </Empty>
          ) : (
            <>
              <ul className="divide-y">
                {entries.map((entry) => (
                  <li
                    key={entry.id}
                    className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-0.5 py-2.5 md:grid-cols-[11rem_minmax(0,1fr)_9rem_9rem_6rem] md:items-center"
                  >
                    <span className="order-2 col-span-2 text-muted text-xs md:order-none md:col-span-1">
                      {dateTime(entry.atMs, i18n.language)}
                    </span>
                    <span className="min-w-0">
                      <span className="block font-medium">{words({ t, i18n }, entry.what)}</span>
                      <span className="block break-words text-muted text-xs">{said(entry.why)}</span>
                    </span>
                    <span className="text-right tabular-nums">
                      {entry.amountWei === null ? '' : glm(entry.amountWei)}
                    </span>
                    <span className="hidden text-right text-muted text-xs tabular-nums md:block">
                      {entry.feeWei === null ? '' : t('wallet.fee', { fee: glm(entry.feeWei).replace('GLM', 'ETH') })}
                    </span>
                    <span className="hidden justify-self-end md:block">
                      <Badge tone={TONES[entry.state]}>{t(`wallet.states.${entry.state}`)}</Badge>
                    </span>
                  </li>
                ))}
              </ul>
              {total > entries.length && limit < MOST && (
                <Button look="quiet" className="mt-2" onClick={() => setLimit(Math.min(MOST, limit * 4))}>
                  {t('wallet.older', { count: total - entries.length })}
                </Button>
              )}
            </>
          )
        }
      </QueryView>
    </Card>
  )
}

type Translation = { t: (key: 'wallet.history') => string; i18n: { exists: (key: string) => boolean } }

/** In the reader's language where it is one of the known ones. */
function words({ t, i18n }: Translation, what: string): string {
  const key = `wallet.whats.${what.toLowerCase().replace(/[^a-z]+/g, '-')}`
  return i18n.exists(key) ? t(key as 'wallet.history') : what
}
