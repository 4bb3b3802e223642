import { useQuery } from '@tanstack/react-query'
import { Boxes } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { registryQuery, statusQuery } from '../api/queries.ts'
import { dateTime } from '../format/quantities.ts'
import { Address } from '../ui/address.tsx'
import { Badge } from '../ui/badge.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { Notice } from '../ui/notice.tsx'
import { QueryView } from '../ui/query-view.tsx'

/** Applications: those of this machine, and those that are published, with who vouches for them. */
export function RegistryCard() {
  const { t, i18n } = useTranslation()
  const status = useQuery(statusQuery)
  const query = useQuery(registryQuery)
  return (
    <Card title={t('network.apps')}>
      <h3 className="mb-2 font-medium text-[13px] text-muted">{t('network.appsHere')}</h3>
      <div className="mb-5">
        <QueryView query={status} lines={1}>
          {({ apps }) =>
            apps.length === 0 ? (
              <Notice tone="warn" title={t('network.noAppsHere')}>
                {t('network.noAppsHereRemedy')}
              </Notice>
            ) : (
              <ul className="flex flex-wrap gap-2">
                {apps.map((app) => (
                  <li key={app.name} className="rounded-lg bg-raised px-3 py-1.5">
                    <span className="font-medium">{app.name}</span>{' '}
                    <span className="text-muted text-xs">
                      {Object.entries(app.tools)
                        .map(([name, version]) => `${name} ${version}`)
                        .join(', ') || app.version}
                    </span>
                  </li>
                ))}
              </ul>
            )
          }
        </QueryView>
      </div>
      <h3 className="mb-2 font-medium text-[13px] text-muted">{t('network.registry')}</h3>
      <QueryView query={query}>
        {({ applications }) =>
          applications.length === 0 ? (
            <Empty icon={Boxes} title={t('network.noApps')}>
              {t('network.noAppsAbout')}
            </Empty>
          ) : (
            <ul className="divide-y">
              {applications.map((app) => (
                <li key={app.id} className="py-3">
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
                  </div>
                  <p className="mt-1 flex flex-wrap items-center gap-x-2 text-muted text-xs">
                    {t('network.by')} <Address of={app.author} /> · {dateTime(app.publishedAtS * 1_000, i18n.language)}
                    {app.permissions.length > 0 && <> · {app.permissions.join(', ')}</>}
                  </p>
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </Card>
  )
}
