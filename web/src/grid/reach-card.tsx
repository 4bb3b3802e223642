import type { Net } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { netQuery } from '../api/queries.ts'
import { bytes, duration } from '../format/quantities.ts'
import { useSaid } from '../i18n/use-said.ts'
import { Address } from '../ui/address.tsx'
import { Badge } from '../ui/badge.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Stat } from '../ui/stat.tsx'

const REACH = { direct: 'good', relayed: 'warn', closed: 'bad', local: 'plain', unknown: 'plain' } as const

/** How others reach this node, and what to do where they cannot. */
export function ReachCard() {
  const { t } = useTranslation()
  const query = useQuery(netQuery)
  return (
    <Card title={t('grid.reach')}>
      <QueryView query={query} lines={6}>
        {(net) => <Reach net={net} />}
      </QueryView>
    </Card>
  )
}

function Reach({ net }: { net: Net }) {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const { state, why, remedy } = net.reachability
  const { serving, clock } = net
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={REACH[state]}>{t(`network.reach.${state}`)}</Badge>
        <Address of={net.address} />
      </div>
      <p className="text-muted">{said(why)}</p>
      {remedy !== null && <Notice tone="warn" title={said(remedy)} />}
      {clock.offsetMs !== 0 && (
        <Notice
          tone="warn"
          title={t(clock.offsetMs < 0 ? 'grid.clockAhead' : 'grid.clockBehind', {
            time: duration(Math.abs(clock.offsetMs), i18n.language),
          })}
        >
          {t(clock.correctionMs === 0 ? 'grid.clockTooMuch' : 'grid.clockCorrected')}
        </Notice>
      )}
      <dl className="grid grid-cols-2 gap-4">
        <Stat label={t('grid.reachedBy')} value={net.relays.length === 0 ? t('grid.noRelay') : net.relays.length} />
        <Stat
          label={t('grid.serves')}
          value={serving === null ? t('grid.servesNobody') : t('grid.servesPeers', { count: serving.reservations })}
          about={serving !== null && t('grid.servesAbout', { count: serving.circuits, size: bytes(serving.bytes) })}
        />
        <Stat label={t('grid.table')} value={t(`grid.tables.${net.dht ?? 'off'}`)} />
      </dl>
      <Lines title={t('grid.peerId')} lines={[net.peerId]} />
      <Lines title={t('grid.listens')} lines={net.listening} />
      <Lines title={t('grid.announces')} lines={net.announced} />
      <Lines title={t('grid.relays')} lines={net.relays.map(({ peerId }) => peerId)} />
    </div>
  )
}

function Lines({ title, lines }: { title: string; lines: readonly string[] }) {
  if (lines.length === 0) return null
  return (
    <div>
      <h3 className="font-medium text-[13px] text-muted">{title}</h3>
      <ul className="mt-1 space-y-1 font-mono text-xs">
        {lines.map((line) => (
          <li key={line} className="break-all">
            {line}
          </li>
        ))}
      </ul>
    </div>
  )
}
