import clsx from 'clsx'
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { Words } from './words.tsx'

const TONES = {
  info: { look: 'bg-raised', ink: 'text-muted', Icon: Info },
  good: { look: 'bg-good-soft', ink: 'text-good', Icon: CircleCheck },
  warn: { look: 'bg-warn-soft', ink: 'text-warn', Icon: TriangleAlert },
  bad: { look: 'bg-bad-soft', ink: 'text-bad', Icon: CircleAlert },
} as const

type Props = {
  tone?: keyof typeof TONES
  title: ReactNode
  children?: ReactNode
  action?: ReactNode
  className?: string
}

/** Something to know, and what to do about it. Problems are read out at once. */
export function Notice({ tone = 'info', title, children, action, className }: Props) {
  const { look, ink, Icon } = TONES[tone]
  return (
    <div
      role={tone === 'bad' ? 'alert' : 'status'}
      className={clsx('flex min-w-0 flex-wrap items-start gap-x-3 gap-y-2 rounded-lg p-3', look, className)}
    >
      <Icon aria-hidden className={clsx('mt-0.5 size-4.5 shrink-0', ink)} />
      <div className="min-w-0 flex-1 basis-52">
        <p className="break-words font-medium">{typeof title === 'string' ? <Words text={title} /> : title}</p>
        {children !== undefined && (
          <div className="mt-0.5 break-words text-muted">
            {typeof children === 'string' ? <Words text={children} /> : children}
          </div>
        )}
      </div>
      {action}
    </div>
  )
}
