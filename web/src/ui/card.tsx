import clsx from 'clsx'
import { type ReactNode, useId } from 'react'

type Props = {
  title?: ReactNode
  /** Beside the title. */
  aside?: ReactNode
  children: ReactNode
  className?: string
}

export function Card({ title, aside, children, className }: Props) {
  const id = useId()
  return (
    <section
      aria-labelledby={title === undefined ? undefined : id}
      className={clsx('min-w-0 rounded-xl border bg-surface p-4 sm:p-5', className)}
    >
      {title !== undefined && (
        <header className="mb-3 flex min-h-8 flex-wrap items-center justify-between gap-2">
          <h2 id={id} className="font-semibold text-[15px]">
            {title}
          </h2>
          {aside}
        </header>
      )}
      {children}
    </section>
  )
}
