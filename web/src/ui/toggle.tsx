import { Switch } from 'radix-ui'
import { type ReactNode, useId } from 'react'

type Props = {
  label: ReactNode
  hint?: ReactNode
  isOn: boolean
  onToggle: (isOn: boolean) => void
  disabled?: boolean
}

export function Toggle({ label, hint, isOn, onToggle, disabled = false }: Props) {
  const id = useId()
  return (
    <div className="flex items-start justify-between gap-4 py-1">
      <div className="min-w-0">
        <label htmlFor={id} className="font-medium text-[13px]">
          {label}
        </label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className="text-muted text-xs">
            {hint}
          </p>
        )}
      </div>
      <Switch.Root
        id={id}
        checked={isOn}
        disabled={disabled}
        onCheckedChange={onToggle}
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` })}
        className="relative h-6 w-10.5 shrink-0 rounded-full bg-edge transition-colors disabled:opacity-50 data-[state=checked]:bg-accent"
      >
        <Switch.Thumb className="block size-5 translate-x-0.5 rounded-full bg-surface shadow transition-transform data-[state=checked]:translate-x-5" />
      </Switch.Root>
    </div>
  )
}
