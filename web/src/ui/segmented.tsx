import { ToggleGroup } from 'radix-ui'
import { type ReactNode, useId } from 'react'

type Props<T extends string> = {
  label: ReactNode
  hint?: ReactNode
  value: T
  options: readonly { value: T; label: ReactNode }[]
  onValue: (value: T) => void
  /** For screen readers alone. */
  hideLabel?: boolean
}

/** One of a few, all in sight. */
export function Segmented<T extends string>({ label, hint, value, options, onValue, hideLabel = false }: Props<T>) {
  const id = useId()
  return (
    <div className="min-w-0">
      <p id={id} className={hideLabel ? 'sr-only' : 'mb-1 font-medium text-[13px]'}>
        {label}
      </p>
      <ToggleGroup.Root
        type="single"
        value={value}
        aria-labelledby={id}
        onValueChange={(next) => next !== '' && onValue(next as T)}
        className="inline-flex max-w-full flex-wrap gap-0.5 rounded-lg bg-raised p-0.5"
      >
        {options.map((option) => (
          <ToggleGroup.Item
            key={option.value}
            value={option.value}
            className="min-h-8 rounded-md px-3 text-[13px] text-muted hover:text-ink data-[state=on]:bg-surface data-[state=on]:font-medium data-[state=on]:text-ink data-[state=on]:shadow-sm"
          >
            {option.label}
          </ToggleGroup.Item>
        ))}
      </ToggleGroup.Root>
      {hint !== undefined && <p className="mt-1 text-muted text-xs">{hint}</p>}
    </div>
  )
}
