import clsx from 'clsx'
import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'

const LOOKS = {
  primary: 'bg-accent text-accent-ink hover:brightness-110 border-transparent font-semibold',
  plain: 'bg-surface text-ink hover:bg-raised border-line',
  quiet: 'bg-transparent text-muted hover:text-ink hover:bg-raised border-transparent',
  danger: 'bg-surface text-bad hover:bg-bad-soft border-line',
} as const
const SIZES = {
  small: 'h-8 px-2.5 text-[13px] gap-1.5',
  normal: 'h-9 px-3.5 gap-2',
  large: 'h-11 px-6 text-base gap-2',
  icon: 'h-9 w-9 justify-center',
} as const

type Props = ComponentProps<'button'> & {
  look?: keyof typeof LOOKS
  size?: keyof typeof SIZES
  /** The child is what is clicked, such as a link. */
  asChild?: boolean
}

export function Button({ look = 'plain', size = 'normal', asChild = false, className, ...rest }: Props) {
  const Root = asChild ? Slot.Root : 'button'
  return (
    <Root
      {...(asChild ? {} : { type: 'button' })}
      className={clsx(
        'inline-flex shrink-0 items-center justify-center whitespace-nowrap rounded-lg border transition-colors',
        'disabled:cursor-not-allowed disabled:opacity-50',
        LOOKS[look],
        SIZES[size],
        className,
      )}
      {...rest}
    />
  )
}
