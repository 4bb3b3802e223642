import type { ReactNode } from 'react'

type Props = { title: ReactNode; about?: ReactNode; children?: ReactNode }

/** What the view is, and what can be done with all of it. */
export function PageTitle({ title, about, children }: Props) {
  return (
    <header className="mb-5 flex flex-wrap items-end justify-between gap-3">
      <div className="min-w-0">
        <h1 className="break-words font-semibold text-2xl tracking-tight">{title}</h1>
        {about !== undefined && <p className="mt-1 max-w-prose text-muted">{about}</p>}
      </div>
      {children !== undefined && <div className="flex flex-wrap items-center gap-2">{children}</div>}
    </header>
  )
}
