import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Words } from './words.tsx'

type Props = { icon: LucideIcon; title: ReactNode; children?: ReactNode; action?: ReactNode }

/** Nothing is here yet, and this is how something comes. */
export function Empty({ icon: Icon, title, children, action }: Props) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-10 text-center">
      <Icon aria-hidden className="size-8 text-edge" strokeWidth={1.5} />
      <p className="font-medium">{typeof title === 'string' ? <Words text={title} /> : title}</p>
      {children !== undefined && (
        <div className="max-w-md text-muted">{typeof children === 'string' ? <Words text={children} /> : children}</div>
      )}
      {action !== undefined && <div className="mt-2">{action}</div>}
    </div>
  )
}
