import type { VettingView } from '@golem/api'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { bytes, dateTime } from '../format/quantities.ts'
import { Address } from '../ui/address.tsx'
import { Badge } from '../ui/badge.tsx'
import { Notice } from '../ui/notice.tsx'

/** What somebody saw of an application that ran under observation, and what of it does not go with what it asks for. */
export function VettingReport({ vetting }: { vetting: VettingView }) {
  const { t, i18n } = useTranslation()
  const { permissions, began, requests, attempts, untold, processes, limit, malware, suspicions } = vetting
  return (
    <div className="grid gap-4" data-testid="vetting">
      <Notice
        tone={suspicions.length === 0 ? 'good' : 'bad'}
        title={t(suspicions.length === 0 ? 'vetting.clean' : 'vetting.suspicious', { count: suspicions.length })}
      >
        {suspicions.length > 0 && (
          <ul className="space-y-1">
            {suspicions.map(({ kind, what }) => (
              <li key={`${kind}/${what}`}>
                {t(`vetting.suspicions.${kind}`)} <code className="break-all font-mono text-xs">{what}</code>
              </li>
            ))}
          </ul>
        )}
      </Notice>
      <dl className="grid gap-x-6 gap-y-2 text-[13px] sm:grid-cols-2">
        <Fact name={t('vetting.application')}>{vetting.application}</Fact>
        <Fact name={t('registry.asks')}>
          {permissions.length === 0 ? t('registry.asksNothing') : permissions.join(', ')}
        </Fact>
        <Fact name={t('vetting.program')}>
          {began === 'ready' ? t('vetting.began') : t('vetting.beganNot', { code: began })}
          {limit !== null && ` ${t('vetting.limit', { limit })}`}
        </Fact>
        <Fact name={t('vetting.asked')}>
          {requests.length === 0 ? t('vetting.askedNothing') : requests.map(wordsOf).join(', ')}
        </Fact>
        <Fact name={t('vetting.processes')}>
          {t('vetting.processesWords', { started: processes.started, atMost: processes.atMost })}
        </Fact>
        <Fact name={t('vetting.used')}>
          {t('vetting.usedWords', {
            read: bytes(vetting.bytesRead),
            wrote: bytes(vetting.bytesWritten),
            memory: bytes(vetting.peakMemoryBytes),
          })}
        </Fact>
        <Fact name={t('vetting.malware')}>
          {malware === null
            ? t('vetting.nobodyLooked')
            : malware.length === 0
              ? t('vetting.noMalware')
              : malware.map(({ path, name }) => `${path}: ${name}`).join(', ')}
        </Fact>
        <Fact name={t('vetting.by')}>
          <Address of={vetting.auditor} /> {dateTime(vetting.atMs, i18n.language)}
        </Fact>
      </dl>
      <div>
        <h3 className="mb-1 font-medium text-[13px]">{t('vetting.tried')}</h3>
        {attempts.length === 0 ? (
          <p className="text-muted text-[13px]">{t('vetting.triedNothing')}</p>
        ) : (
          <ul className="divide-y text-[13px]">
            {attempts.map(({ kind, what, times, allowed }) => (
              <li key={`${kind}/${what}`} className="flex flex-wrap items-center gap-x-2 py-1.5">
                <Badge tone={allowed === 0 ? 'bad' : 'plain'}>{t(`vetting.kinds.${kind}`)}</Badge>
                <code className="min-w-0 break-all font-mono text-xs">{what}</code>
                <span className="ml-auto text-muted text-xs">{t('vetting.times', { count: times, allowed })}</span>
              </li>
            ))}
          </ul>
        )}
        {untold > 0 && <p className="text-muted text-xs">{t('vetting.untold', { count: untold })}</p>}
      </div>
      <p className="break-all text-muted text-xs">
        {t('vetting.report')}: <code className="font-mono">{vetting.report}</code>
      </p>
    </div>
  )
}

const wordsOf = ({ method, outcome }: VettingView['requests'][number]): string => `${method} (${outcome})`

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="min-w-0">
    <dt className="text-muted text-xs">{name}</dt>
    <dd className="break-words">{children}</dd>
  </div>
)
