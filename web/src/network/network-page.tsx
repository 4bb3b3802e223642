import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Store, Waypoints } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { askedQuery, jobsQuery, lendingQuery, netQuery, offersQuery, statusQuery } from '../api/queries.ts'
import { glm } from '../format/amounts.ts'
import { dateTime, number } from '../format/quantities.ts'
import { useSaid } from '../i18n/use-said.ts'
import { RegistryCard } from '../registry/registry-card.tsx'
import { LookUpLink } from '../trust/look-up-link.tsx'
import { Address } from '../ui/address.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { Loading } from '../ui/loading.tsx'
import { Notice } from '../ui/notice.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Stat } from '../ui/stat.tsx'
import { GridPicture } from './grid-picture.tsx'
import { priceBars } from './price-bars.ts'
import { sightOf } from './sight-of.ts'

const BarsChart = lazy(() => import('../ui/bars-chart.tsx').then(({ BarsChart }) => ({ default: BarsChart })))
const REACH = { direct: 'good', relayed: 'warn', closed: 'bad', local: 'plain', unknown: 'plain' } as const

/** Who is there, what they ask, and what is computed at this moment. */
export function NetworkPage() {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const status = useQuery(statusQuery)
  const apps = status.data?.apps.map(({ name }) => name)
  // Whoever looks at this page asks the grid for offers.
  const asked = useQuery({ ...askedQuery(apps ?? []), enabled: apps !== undefined })
  const offers = useQuery(offersQuery)
  const sight = asked.data && sightOf(offers.data ?? asked.data)
  const lending = useQuery(lendingQuery)
  const net = useQuery(netQuery)
  const jobs = useQuery(jobsQuery)
  const running = (jobs.data ?? []).flatMap((job) =>
    job.providers.filter(({ state }) => state === 'working').map(({ address }) => address),
  )
  return (
    <>
      <PageTitle title={t('shell.network')} about={t('network.about')}>
        <Button asChild>
          <Link to="/grid">
            <Waypoints aria-hidden className="size-4" />
            {t('grid.title')}
          </Link>
        </Button>
      </PageTitle>
      <div className="grid gap-5 xl:grid-cols-2">
        <Card title={t('network.picture')} className="xl:row-span-2">
          <QueryView query={net} lines={10}>
            {(data) => (
              <GridPicture
                self={data.address}
                connections={data.connections}
                offers={offers.data ?? []}
                working={running}
              />
            )}
          </QueryView>
        </Card>
        <Card title={t('network.inSight')}>
          {asked.isError && <ProblemNotice className="mb-4" error={asked.error} retry={() => void asked.refetch()} />}
          <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
            <Stat label={t('network.machines')} value={<span data-testid="machines">{sight?.machines ?? '—'}</span>} />
            <Stat
              label={t('network.cores')}
              value={<span data-testid="cores">{sight ? number(sight.cores, i18n.language, 0) : '—'}</span>}
              about={t('network.coresAbout')}
            />
            <Stat
              label={t('network.offers')}
              value={<span data-testid="offers">{sight?.offers ?? '—'}</span>}
              about={t('network.offersAbout')}
            />
            <Stat
              label={t('network.median')}
              value={sight?.medianWei == null ? '—' : glm(sight.medianWei)}
              about={t('network.perCoreHour')}
            />
            <Stat label={t('network.peers')} value={net.data?.connections.length ?? '—'} />
            <Stat label={t('network.working')} value={new Set(running).size} about={t('network.workingAbout')} />
            <Stat
              label={t('network.computed')}
              value={lending.data?.provider.activities.length ?? '—'}
              about={t('network.computedAbout')}
            />
            <Stat label={t('network.jobs')} value={status.data?.jobs.running ?? '—'} />
          </dl>
          <p className="mt-4 text-muted text-xs">{t('network.counted')}</p>
        </Card>
        <Card title={t('network.prices')}>
          <div className="min-h-44">
            <QueryView query={offers} lines={5}>
              {(list) =>
                list.length === 0 ? (
                  <p className="py-10 text-center text-muted">
                    {asked.isLoading ? t('network.asking') : t('network.nobody')}
                  </p>
                ) : (
                  <Suspense fallback={<Loading lines={5} />}>
                    <div className="h-44">
                      <BarsChart
                        label={t('network.prices')}
                        unit={t('network.offersUnit')}
                        isCount
                        bars={priceBars(list)}
                      />
                    </div>
                  </Suspense>
                )
              }
            </QueryView>
          </div>
        </Card>
        <Card title={t('network.offersList')} className="xl:col-span-2">
          <QueryView query={offers}>
            {(list) =>
              list.length === 0 ? (
                <Empty icon={Store} title={t('network.nobody')}>
                  {t('network.nobodyAbout')}
                </Empty>
              ) : (
                <div className="overflow-x-auto">
                  <table className="w-full min-w-[36rem] text-left text-[13px]">
                    <thead className="text-muted">
                      <tr>
                        <th className="py-1.5 pr-4 font-medium">{t('job.provider')}</th>
                        <th className="py-1.5 pr-4 font-medium">{t('network.app')}</th>
                        <th className="py-1.5 pr-4 text-right font-medium">{t('network.cores')}</th>
                        <th className="py-1.5 pr-4 text-right font-medium">{t('lending.speed')}</th>
                        <th className="py-1.5 pr-4 text-right font-medium">{t('network.price')}</th>
                        <th className="py-1.5 text-right font-medium">{t('network.until')}</th>
                      </tr>
                    </thead>
                    <tbody className="divide-y">
                      {list.map((offer) => (
                        <tr key={`${offer.provider}/${offer.app}`}>
                          <td className="py-2 pr-4">
                            <span className="flex items-center">
                              <Address of={offer.provider} />
                              <LookUpLink peer={offer.provider} />
                            </span>
                          </td>
                          <td className="py-2 pr-4">{offer.app}</td>
                          <td className="py-2 pr-4 text-right tabular-nums">{offer.cores}</td>
                          <td className="py-2 pr-4 text-right tabular-nums">{number(offer.speed, i18n.language, 2)}</td>
                          <td className="py-2 pr-4 text-right tabular-nums">{glm(offer.pricePerCoreHourWei)}</td>
                          <td className="py-2 text-right text-muted">{dateTime(offer.expiresAtMs, i18n.language)}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )
            }
          </QueryView>
        </Card>
        <Card title={t('network.self')}>
          <QueryView query={net}>
            {(data) => (
              <div className="space-y-3">
                <div className="flex flex-wrap items-center gap-2">
                  <Badge tone={REACH[data.reachability.state]}>{t(`network.reach.${data.reachability.state}`)}</Badge>
                  <Address of={data.address} />
                </div>
                <p className="text-muted">{said(data.reachability.why)}</p>
                {data.reachability.remedy !== null && <Notice tone="warn" title={said(data.reachability.remedy)} />}
                <ul className="space-y-1 font-mono text-xs">
                  {data.announced.slice(0, 6).map((address) => (
                    <li key={address} className="break-all text-muted">
                      {address}
                    </li>
                  ))}
                </ul>
              </div>
            )}
          </QueryView>
        </Card>
        <RegistryCard />
      </div>
    </>
  )
}
