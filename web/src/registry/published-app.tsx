import type { RegistryApplication } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { ChevronDown, FileSearch, Radar } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { statusQuery } from '../api/queries.ts'
import { ContentLink } from '../content/content-link.tsx'
import { dateTime } from '../format/quantities.ts'
import { Address } from '../ui/address.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { ReportDialog } from '../vetting/report-dialog.tsx'
import { VetDialog } from '../vetting/vet-dialog.tsx'
import { JudgeDialog, type Judgement } from './judge-dialog.tsx'

/** A published application: who wrote it, what it asks for, what is said of it, and what this node can say. */
export function PublishedApp({ app }: { app: RegistryApplication }) {
  const { t, i18n } = useTranslation()
  const [judgement, setJudgement] = useState<Judgement | null>(null)
  const [isVetting, setVetting] = useState(false)
  const [report, setReport] = useState<string | null>(null)
  const self = useQuery(statusQuery).data?.address
  const own = app.statements.find(({ validator }) => validator === self)
  const acts: Judgement[] = [
    ...(own?.verdict === 'certified' ? [] : ['certify' as const]),
    ...(own?.verdict === 'denounced' ? [] : ['denounce' as const]),
    ...(own === undefined ? [] : ['retract' as const]),
    ...(app.author === self && !app.isDeprecated ? ['deprecate' as const] : []),
  ]
  return (
    <li className="py-3">
      <Collapsible.Root>
        <div className="flex flex-wrap items-center gap-2">
          <span className="font-medium">
            {app.name} {app.version}
          </span>
          {app.isDeprecated && <Badge tone="warn">{t('network.deprecated')}</Badge>}
          {app.statements.map((statement) => (
            <Badge key={statement.validator} tone={statement.verdict === 'certified' ? 'good' : 'bad'}>
              {t(`network.verdicts.${statement.verdict}`)}
            </Badge>
          ))}
          {app.statements.length === 0 && <Badge>{t('network.unjudged')}</Badge>}
          <Collapsible.Trigger asChild>
            <Button look="quiet" size="small" className="group ml-auto">
              {t('registry.more')}
              <span className="sr-only">
                {app.name} {app.version}
              </span>
              <ChevronDown aria-hidden className="size-4 transition-transform group-data-[state=open]:rotate-180" />
            </Button>
          </Collapsible.Trigger>
        </div>
        <p className="mt-1 flex flex-wrap items-center gap-x-2 text-muted text-xs">
          {t('network.by')} <Address of={app.author} /> · {dateTime(app.publishedAtS * 1_000, i18n.language)}
          {app.permissions.length > 0 && <> · {app.permissions.join(', ')}</>}
        </p>
        <Collapsible.Content className="mt-3 space-y-4 rounded-lg bg-raised p-3">
          <dl className="space-y-2 text-[13px]">
            <Fact name={t('registry.id')} value={app.id} isCode />
            <Fact name={t('registry.manifest')} value={app.manifest} isCode />
            <Fact
              name={t('registry.asks')}
              value={app.permissions.length === 0 ? t('registry.asksNothing') : app.permissions.join(', ')}
            />
            <Fact name={t('registry.royalty')} value={`${app.royaltyBps / 100} %`} />
          </dl>
          {app.statements.length > 0 && (
            <ul className="space-y-2 text-[13px]">
              {app.statements.map(({ validator, verdict, reason, statedAtS, vetting }) => (
                <li key={validator} className="flex flex-wrap items-center gap-x-2">
                  <Badge tone={verdict === 'certified' ? 'good' : 'bad'}>{t(`network.verdicts.${verdict}`)}</Badge>
                  <Address of={validator} />
                  <span className="text-muted text-xs">{dateTime(statedAtS * 1_000, i18n.language)}</span>
                  <span className="w-full">
                    <ContentLink cid={reason} title={t('registry.reason')} />
                  </span>
                  {vetting !== null && (
                    <Button size="small" className="mt-1" onClick={() => setReport(reason)}>
                      <FileSearch aria-hidden className="size-4" />
                      {t('vetting.seen', { count: vetting.suspicions })}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )}
          <div className="flex flex-wrap gap-2">
            {acts.map((act) => (
              <Button key={act} size="small" onClick={() => setJudgement(act)}>
                {t(`registry.acts.${act}`)}
              </Button>
            ))}
            <Button size="small" onClick={() => setVetting(true)}>
              <Radar aria-hidden className="size-4" />
              {t('vetting.vet')}
            </Button>
          </div>
        </Collapsible.Content>
      </Collapsible.Root>
      {isVetting && <VetDialog application={app.id} onDone={() => setVetting(false)} />}
      {report !== null && <ReportDialog report={report} onDone={() => setReport(null)} />}
      {judgement !== null && <JudgeDialog judgement={judgement} app={app} onDone={() => setJudgement(null)} />}
    </li>
  )
}

const Fact = ({ name, value, isCode = false }: { name: string; value: string; isCode?: boolean }) => (
  <div>
    <dt className="text-muted text-xs">{name}</dt>
    <dd className={isCode ? 'break-all font-mono text-xs' : ''}>{value}</dd>
  </div>
)
