import type { AuditsView } from '@golem/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Microscope, ScanSearch } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { auditsQuery } from '../api/queries.ts'
import { glm } from '../format/amounts.ts'
import { dateTime } from '../format/quantities.ts'
import { useSaid } from '../i18n/use-said.ts'
import { Address } from '../ui/address.tsx'
import { Badge } from '../ui/badge.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Stat } from '../ui/stat.tsx'
import { Toggle } from '../ui/toggle.tsx'
import { VerdictActions } from './verdict-actions.tsx'

const TONES = { right: 'good', withhold: 'warn', penalise: 'bad', split: 'warn', unclear: 'plain' } as const

/** Checking the finished work of others again, for a fee. */
export function AuditsCard() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const query = useQuery(auditsQuery)
  const change = useMutation({
    mutationFn: (isOn: boolean) => daemon.changeAudits({ isOn }),
    onSuccess: (next) => queries.setQueryData(auditsQuery.queryKey, next),
  })
  return (
    <Card title={t('audit.title')}>
      <QueryView query={query} lines={5}>
        {(view) => (
          <div className="grid gap-4">
            <Toggle
              label={t('audit.on')}
              hint={t('audit.onHint')}
              isOn={view.isOn}
              onToggle={(isOn) => change.mutate(isOn)}
              disabled={change.isPending}
            />
            {change.isError && <ProblemNotice error={change.error} />}
            <p className="text-muted">{t(view.stakeWei === '0' ? 'audit.noStake' : 'audit.byStake')}</p>
            <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
              <Stat label={t('audit.stake')} value={glm(view.stakeWei)} />
              <Stat label={t('audit.underWay')} value={view.underWay} />
              <Stat label={t('audit.done')} value={view.made.length} />
              <Stat label={t('audit.earned')} value={glm(earned(view))} about={t('audit.earnedAbout')} />
            </dl>
          </div>
        )}
      </QueryView>
    </Card>
  )
}

const earned = ({ made }: AuditsView): bigint => made.reduce((sum, { feeWei }) => sum + BigInt(feeWei), 0n)

/** What this node found of the work of others. */
export function MadeAudits() {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const query = useQuery(auditsQuery)
  return (
    <Card title={t('audit.made')}>
      <QueryView query={query} lines={3}>
        {({ made }) =>
          made.length === 0 ? (
            <Empty icon={Microscope} title={t('audit.madeNone')}>
              {t('audit.madeNoneAbout')}
            </Empty>
          ) : (
            <ul className="divide-y text-[13px]">
              {made.map((audit) => (
                <li key={audit.verdict} className="py-2.5" data-testid="made-audit">
                  <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
                    <Badge tone={audit.isAccepted ? 'good' : 'bad'}>
                      {t(audit.isAccepted ? 'trust.kinds.accepted' : 'trust.kinds.rejected')}
                    </Badge>
                    <span className="font-medium">{audit.app}</span>
                    <span className="text-muted">{t('audit.of')}</span> <Address of={audit.provider} />
                    <span className="text-muted">{t('audit.for')}</span> <Address of={audit.requestor} />
                    <span className="ml-auto font-medium tabular-nums">{glm(audit.feeWei)}</span>
                  </p>
                  <p className="mt-1 text-muted text-xs">
                    {dateTime(audit.atMs, i18n.language)} · {said(audit.message)}
                  </p>
                  <VerdictActions verdict={audit.verdict} />
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </Card>
  )
}

/** What others found of the work that this node had ordered. */
export function GotAudits() {
  const { t, i18n } = useTranslation()
  const query = useQuery(auditsQuery)
  return (
    <Card title={t('audit.got')}>
      <QueryView query={query} lines={3}>
        {({ got }) =>
          got.length === 0 ? (
            <Empty icon={ScanSearch} title={t('audit.gotNone')}>
              {t('audit.gotNoneAbout')}
            </Empty>
          ) : (
            <ul className="divide-y text-[13px]">
              {got.map((audit) => (
                <li key={`${audit.job}/${audit.subtask}/${audit.atMs}`} className="py-2.5" data-testid="got-audit">
                  <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
                    <Badge tone={audit.outcome === null ? 'plain' : TONES[audit.outcome]}>
                      {audit.isPlanted ? t('audit.planted') : t(`audit.outcomes.${audit.outcome ?? 'none'}`)}
                    </Badge>
                    <Link
                      to="/jobs/$id"
                      params={{ id: audit.job }}
                      className="underline underline-offset-2 hover:text-accent"
                    >
                      {t('audit.partOf', { subtask: audit.subtask, job: audit.job })}
                    </Link>
                    {!audit.isPlanted && (
                      <>
                        <span className="text-muted">{t('audit.of')}</span> <Address of={audit.provider} />
                      </>
                    )}
                    <span className="text-muted text-xs">{dateTime(audit.atMs, i18n.language)}</span>
                  </p>
                  <ul className="mt-1 grid gap-2 border-l-2 pl-3">
                    {audit.words.map((word) => (
                      <li key={word.verdict}>
                        <p className="flex flex-wrap items-center gap-x-2">
                          <Address of={word.auditor} />
                          <span className={word.isAccepted ? 'text-good' : 'text-bad'}>
                            {t(word.isAccepted ? 'trust.kinds.accepted' : 'trust.kinds.rejected')}
                          </span>
                          {word.isWrong && <Badge tone="bad">{t('audit.wrongly')}</Badge>}
                          <span className="text-muted tabular-nums">{glm(word.feeWei)}</span>
                        </p>
                        <VerdictActions
                          verdict={word.verdict}
                          isOwn
                          {...(word.isWrong || (!audit.isPlanted && audit.outcome !== 'right')
                            ? { dispute: { against: word.auditor } }
                            : {})}
                        />
                      </li>
                    ))}
                  </ul>
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </Card>
  )
}
