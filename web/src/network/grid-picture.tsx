import type { Net, OfferView } from '@golem/api'
import { useTranslation } from 'react-i18next'
import { shortAddress } from '../format/quantities.ts'

const SIDE = 520
const MIDDLE = SIDE / 2
/** Peers that are drawn; the others are counted. */
const MOST = 60

type Props = {
  self: string
  connections: Net['connections']
  offers: readonly OfferView[]
  /** Addresses that compute for this node at the moment. */
  working: readonly string[]
}

/** This node in the middle, and around it whom it knows: who offers, who computes for it, who is connected. */
export function GridPicture({ self, connections, offers, working }: Props) {
  const { t } = useTranslation()
  const connected = new Set(connections.map(({ address }) => address))
  const cores = new Map(offers.map((offer) => [offer.provider, offer.cores]))
  const all = [...new Set([...cores.keys(), ...connected, ...working])].filter((address) => address !== self).sort()
  const shown = all.slice(0, MOST)
  const rings = shown.length > 24 ? 2 : 1
  return (
    <figure>
      <svg
        viewBox={`0 0 ${SIDE} ${SIDE}`}
        role="img"
        aria-label={t('network.pictureAlt', { peers: connected.size, offers: cores.size, working: working.length })}
        className="mx-auto w-full max-w-[34rem]"
      >
        {[0.3, 0.44].map((share) => (
          <circle key={share} cx={MIDDLE} cy={MIDDLE} r={SIDE * share} fill="none" stroke="var(--line)" />
        ))}
        {shown.map((address, index) => {
          const { x, y } = placeOf(index, shown.length, rings)
          const isWorking = working.includes(address)
          const offered = cores.get(address)
          const size = 7 + Math.min(12, (offered ?? 1) * 1.5)
          return (
            <g key={address}>
              {(connected.has(address) || isWorking) && (
                <line
                  x1={MIDDLE}
                  y1={MIDDLE}
                  x2={x}
                  y2={y}
                  stroke={isWorking ? 'var(--accent)' : 'var(--line)'}
                  strokeWidth={isWorking ? 2 : 1}
                  strokeDasharray={isWorking ? '5 5' : undefined}
                >
                  {isWorking && (
                    <animate attributeName="stroke-dashoffset" from="10" to="0" dur="0.8s" repeatCount="indefinite" />
                  )}
                </line>
              )}
              <circle
                cx={x}
                cy={y}
                r={size}
                fill={isWorking ? 'var(--accent)' : offered === undefined ? 'var(--raised)' : 'var(--good)'}
                stroke="var(--surface)"
                strokeWidth={2}
              >
                <title>{address}</title>
              </circle>
              {shown.length <= 16 && (
                <text x={x} y={y + size + 13} textAnchor="middle" fontSize={11} fill="var(--muted)">
                  {shortAddress(address)}
                </text>
              )}
            </g>
          )
        })}
        <circle cx={MIDDLE} cy={MIDDLE} r={24} fill="var(--ink)" />
        <text x={MIDDLE} y={MIDDLE + 4} textAnchor="middle" fontSize={12} fontWeight={600} fill="var(--ground)">
          {t('network.you')}
        </text>
      </svg>
      <figcaption className="mt-2 flex flex-wrap justify-center gap-x-5 gap-y-1 text-muted text-xs">
        <Key colour="bg-good">{t('network.offering')}</Key>
        <Key colour="bg-accent">{t('network.computing')}</Key>
        <Key colour="bg-raised border border-edge">{t('network.connected')}</Key>
        {all.length > MOST && <span>{t('network.more', { count: all.length - MOST })}</span>}
      </figcaption>
    </figure>
  )
}

const Key = ({ colour, children }: { colour: string; children: string }) => (
  <span className="inline-flex items-center gap-1.5">
    <span className={`size-2.5 rounded-full ${colour}`} />
    {children}
  </span>
)

/** Evenly around, in turn on each ring, from the top. */
function placeOf(index: number, count: number, rings: number): { x: number; y: number } {
  const angle = (2 * Math.PI * index) / count - Math.PI / 2
  const radius = SIDE * (rings === 2 && index % 2 === 0 ? 0.44 : rings === 2 ? 0.3 : 0.37)
  return { x: MIDDLE + radius * Math.cos(angle), y: MIDDLE + radius * Math.sin(angle) }
}
