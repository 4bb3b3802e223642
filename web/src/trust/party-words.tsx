import type { TrustDetail } from '@golem/api'
import { useTranslation } from 'react-i18next'
import { glm } from '../format/amounts.ts'
import { dateTime } from '../format/quantities.ts'
import { useSaid } from '../i18n/use-said.ts'
import { Badge } from '../ui/badge.tsx'
import { NamedOn } from './named-on.tsx'
import { VerdictActions } from './verdict-actions.tsx'

/** Facts that are shown; all of them are in the sentences. */
const SHOWN = 30
const TONES = {
  accepted: 'good',
  rejected: 'bad',
  late: 'warn',
  vanished: 'warn',
  unpaid: 'bad',
  malicious: 'bad',
} as const

/** What this node knows of a party: in sentences, and each thing that they rest on. */
export function PartyWords({ party: { address, sentences, facts, rejections } }: { party: TrustDetail }) {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const shown = facts.toSorted((a, b) => b.atMs - a.atMs).slice(0, SHOWN)
  return (
    <div className="grid gap-4 text-[13px]">
      <ul className="space-y-1">
        {sentences.map((sentence) => (
          <li key={sentence}>{said(sentence)}</li>
        ))}
      </ul>
      <NamedOn address={address} />
      {shown.length > 0 && (
        <div>
          <h3 className="mb-1 font-medium text-muted">{t('trust.seen')}</h3>
          <ul className="divide-y">
            {shown.map((fact) => (
              <li key={`${fact.agreementId}/${fact.kind}`} className="py-2">
                <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <Badge tone={TONES[fact.kind]}>{t(`trust.kinds.${fact.kind}`)}</Badge>
                  <span className="tabular-nums">{t('trust.parts', { count: fact.count })}</span>
                  <span className="tabular-nums">{glm(fact.valueWei)}</span>
                  <span className="text-muted text-xs">{dateTime(fact.atMs, i18n.language)}</span>
                  {fact.isProven && <Badge>{t('trust.proven')}</Badge>}
                </p>
                {fact.evidence !== null && (
                  <VerdictActions
                    verdict={fact.evidence}
                    isOwn
                    {...(fact.kind === 'rejected' ? { dispute: { against: address } } : {})}
                  />
                )}
              </li>
            ))}
          </ul>
          {facts.length > SHOWN && (
            <p className="text-muted text-xs">{t('trust.more', { count: facts.length - SHOWN })}</p>
          )}
        </div>
      )}
      {rejections.length > 0 && (
        <div>
          <h3 className="mb-1 font-medium text-muted">{t('trust.rejectedYou')}</h3>
          <ul className="divide-y">
            {rejections.map((rejection) => (
              <li key={`${rejection.agreementId}/${rejection.index}`} className="py-2" data-testid="rejection">
                <p>{said(rejection.message)}</p>
                <p className="text-muted text-xs">
                  {dateTime(rejection.atMs, i18n.language)} · {t('trust.part', { index: rejection.index + 1 })} ·{' '}
                  {rejection.verdict === null
                    ? t('trust.showedNothing')
                    : rejection.doubt === null
                      ? t('trust.convinces')
                      : said(rejection.doubt)}
                </p>
                {rejection.verdict !== null && <VerdictActions verdict={rejection.verdict} dispute={{}} />}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}
