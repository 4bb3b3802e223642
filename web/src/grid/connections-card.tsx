import { useQuery } from '@tanstack/react-query'
import { Unplug } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { netQuery } from '../api/queries.ts'
import { dateTime } from '../format/quantities.ts'
import { Address } from '../ui/address.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { QueryView } from '../ui/query-view.tsx'

/** With whom this node is connected, and how. */
export function ConnectionsCard() {
  const { t, i18n } = useTranslation()
  const query = useQuery(netQuery)
  return (
    <Card title={t('network.peers')} className="xl:col-span-2">
      <QueryView query={query}>
        {({ connections }) =>
          connections.length === 0 ? (
            <Empty icon={Unplug} title={t('grid.alone')}>
              {t('grid.aloneAbout')}
            </Empty>
          ) : (
            <div className="overflow-x-auto">
              <table className="w-full min-w-[40rem] text-left text-[13px]">
                <thead className="text-muted">
                  <tr>
                    <th className="py-1.5 pr-4 font-medium">{t('grid.peer')}</th>
                    <th className="py-1.5 pr-4 font-medium">{t('grid.by')}</th>
                    <th className="py-1.5 pr-4 font-medium">{t('grid.direction')}</th>
                    <th className="py-1.5 pr-4 font-medium">{t('grid.since')}</th>
                    <th className="py-1.5 font-medium">{t('grid.remote')}</th>
                  </tr>
                </thead>
                <tbody className="divide-y">
                  {connections.map((each) => (
                    <tr key={`${each.peerId}/${each.openedAtMs}/${each.remote}`}>
                      <td className="py-2 pr-4">
                        <Address of={each.address} />
                      </td>
                      <td className="py-2 pr-4">{t(`grid.ways.${each.by}`)}</td>
                      <td className="py-2 pr-4">{t(`grid.directions.${each.direction}`)}</td>
                      <td className="whitespace-nowrap py-2 pr-4 text-muted">
                        {dateTime(each.openedAtMs, i18n.language)}
                      </td>
                      <td className="break-all py-2 font-mono text-xs">{each.remote}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </QueryView>
    </Card>
  )
}
