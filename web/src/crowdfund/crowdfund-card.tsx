import type { CrowdfundView } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { HandHeart, RotateCcw, Sprout } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { problemOf } from '../api/problem-of.ts'
import { crowdfundQuery } from '../api/queries.ts'
import { glm } from '../format/amounts.ts'
import { dateTime } from '../format/quantities.ts'
import { Address } from '../ui/address.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { Meter } from '../ui/meter.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Stat } from '../ui/stat.tsx'
import { actsOf, type CrowdfundAct, stageOf } from './crowdfund-acts.ts'
import { CrowdfundDialog } from './crowdfund-dialog.tsx'

const TONES = { early: 'plain', open: 'accent', failed: 'bad', succeeded: 'good', over: 'good' } as const
const ICONS = { contribute: HandHeart, finalize: Sprout, refund: RotateCcw } as const
const GLM_PER_ETH = 1_000n

/** The crowdfunding that makes and sells the token, and what this node has in it. */
export function CrowdfundCard() {
  const { t } = useTranslation()
  const query = useQuery(crowdfundQuery)
  const isMissing = query.isError && problemOf(query.error).code === 'CROWDFUNDING_MISSING'
  return (
    <Card title={t('crowdfund.title')}>
      {isMissing && query.data === undefined ? (
        <Empty icon={Sprout} title={t('crowdfund.none')}>
          {t('crowdfund.noneAbout')}
        </Empty>
      ) : (
        <QueryView query={query} lines={4}>
          {(view) => <Standing view={view} />}
        </QueryView>
      )}
    </Card>
  )
}

function Standing({ view }: { view: CrowdfundView }) {
  const { t, i18n } = useTranslation()
  const [act, setAct] = useState<CrowdfundAct | null>(null)
  const nowS = Date.now() / 1_000
  const stage = stageOf(view, nowS)
  const time = (seconds: number) => (seconds === 0 ? t('crowdfund.atOnce') : dateTime(seconds * 1_000, i18n.language))
  return (
    <>
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={TONES[stage]}>{t(`crowdfund.stages.${stage}`)}</Badge>
        <span className="text-muted">{t(`crowdfund.stagesAbout.${stage}`)}</span>
      </p>
      <div className="my-4 space-y-1">
        <Meter label={t('crowdfund.raised')} value={Number(view.raisedWei)} max={Number(view.capWei)} />
        <p className="text-muted text-xs tabular-nums">
          {t('crowdfund.raisedOf', {
            raised: eth(view.raisedWei),
            least: eth(view.minimumWei),
            most: eth(view.capWei),
          })}
        </p>
      </div>
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3">
        <Stat
          label={t('crowdfund.mine')}
          value={eth(view.contributedWei)}
          about={t('crowdfund.for', { amount: glm(BigInt(view.contributedWei) * GLM_PER_ETH) })}
        />
        <Stat label={t('crowdfund.begins')} value={<span className="text-sm">{time(view.startsAtS)}</span>} />
        <Stat label={t('crowdfund.ends')} value={<span className="text-sm">{time(view.endsAtS)}</span>} />
        <Stat label={t('crowdfund.contract')} value={<Address of={view.address} />} />
        <Stat label={t('crowdfund.company')} value={<Address of={view.company} />} />
      </dl>
      <div className="mt-5 flex flex-wrap gap-2">
        {actsOf(view, nowS).map((name) => {
          const Icon = ICONS[name]
          return (
            <Button key={name} onClick={() => setAct(name)}>
              <Icon aria-hidden className="size-4" />
              {t(`crowdfund.acts.${name}`)}
            </Button>
          )
        })}
      </div>
      {act !== null && <CrowdfundDialog name={act} onDone={() => setAct(null)} />}
    </>
  )
}

const eth = (wei: string): string => glm(wei).replace('GLM', 'ETH')
