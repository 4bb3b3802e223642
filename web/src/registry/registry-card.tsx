import type { RegistryView, Status } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { Boxes, Upload } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActModal } from '../act/act-modal.tsx'
import { registryQuery, statusQuery } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { Notice } from '../ui/notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { PublishedApp } from './published-app.tsx'

/** Applications: those of this machine, and those that are published, with who vouches for them. */
export function RegistryCard() {
  const { t } = useTranslation()
  const status = useQuery(statusQuery)
  const query = useQuery(registryQuery)
  const [published, setPublished] = useState<string | null>(null)
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
                  <li key={app.name} className="flex flex-wrap items-center gap-x-2 rounded-lg bg-raised px-3 py-1.5">
                    <span className="font-medium">{app.name}</span>
                    <span className="text-muted text-xs">
                      {Object.entries(app.tools)
                        .map(([name, version]) => `${name} ${version}`)
                        .join(', ') || app.version}
                    </span>
                    {query.data !== undefined && !isPublished(app, query.data) && (
                      <Button size="small" onClick={() => setPublished(app.name)}>
                        <Upload aria-hidden className="size-4" />
                        {t('registry.publish')}
                        <span className="sr-only">{app.name}</span>
                      </Button>
                    )}
                  </li>
                ))}
              </ul>
            )
          }
        </QueryView>
      </div>
      <h3 className="mb-2 font-medium text-[13px] text-muted">{t('network.registry')}</h3>
      <QueryView query={query}>
        {({ applications, count }) =>
          applications.length === 0 ? (
            <Empty icon={Boxes} title={t('network.noApps')}>
              {t('registry.noneAbout')}
            </Empty>
          ) : (
            <>
              <ul className="divide-y">
                {applications.map((app) => (
                  <PublishedApp key={app.id} app={app} />
                ))}
              </ul>
              {count > applications.length && (
                <p className="pt-2 text-muted text-xs">{t('network.more', { count: count - applications.length })}</p>
              )}
            </>
          )
        }
      </QueryView>
      {published !== null && (
        <ActModal
          title={t('registry.publish')}
          about={t('registry.publishAbout', { name: published })}
          prepare={() => ({ act: 'publish', app: published })}
          onDone={() => setPublished(null)}
        />
      )}
    </Card>
  )
}

const isPublished = ({ name, version }: Status['apps'][number], { applications }: RegistryView): boolean =>
  applications.some((app) => app.name === name && app.version === version)
