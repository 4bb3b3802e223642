import type { ReactNode } from 'react'

type Props = { label: ReactNode; value: ReactNode; about?: ReactNode }

/** A figure with its name. */
export function Stat({ label, value, about }: Props) {
  return (
    <div className="min-w-0">
      <dt className="text-muted text-xs">{label}</dt>
      <dd className="mt-0.5 break-words font-semibold text-lg tabular-nums leading-tight">{value}</dd>
      {about !== undefined && <dd className="text-muted text-xs">{about}</dd>}
    </div>
  )
}
