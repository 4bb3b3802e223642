import type { JobDetail } from '@golem/api'
import { Users } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { glm } from '../format/amounts.ts'
import { number } from '../format/quantities.ts'
import { useSaid } from '../i18n/use-said.ts'
import { LookUpLink } from '../trust/look-up-link.tsx'
import { Address } from '../ui/address.tsx'
import { Badge } from '../ui/badge.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'

const TONES = {
  connecting: 'plain',
  working: 'good',
  idle: 'plain',
  silent: 'warn',
  excluded: 'bad',
  finished: 'plain',
} as const

/** Who computes, how fast, and what each has earned. */
export function ProviderTable({ job: { providers } }: { job: JobDetail }) {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  return (
    <Card title={t('job.tabs.providers')}>
      {providers.length === 0 ? (
        <Empty icon={Users} title={t('job.noProviders')}>
          {t('job.noProvidersAbout')}
        </Empty>
      ) : (
        <ul className="divide-y">
          {providers.map((provider) => (
            <li
              key={provider.address}
              className="grid grid-cols-2 items-center gap-x-4 gap-y-1.5 py-3 md:grid-cols-[11rem_8rem_minmax(0,1fr)_7rem_7rem_8rem]"
            >
              <span className="flex items-center">
                <Address of={provider.address} />
                <LookUpLink peer={provider.address} />
              </span>
              <span className="justify-self-end md:justify-self-start">
                <Badge tone={TONES[provider.state]}>{t(`job.providerStates.${provider.state}`)}</Badge>
              </span>
              <span className="col-span-2 min-w-0 text-muted text-[13px] md:col-span-1">{said(provider.doing)}</span>
              <span className="text-[13px] tabular-nums">
                {t('job.speed', { cores: provider.cores, speed: number(provider.speed, i18n.language, 2) })}
              </span>
              <span className="text-right text-[13px] tabular-nums md:text-left">
                {provider.accepted} ✓ {provider.rejected > 0 && <span className="text-bad">{provider.rejected} ✗</span>}
              </span>
              <span className="col-span-2 text-right font-medium tabular-nums md:col-span-1">
                {glm(provider.earnedWei)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
