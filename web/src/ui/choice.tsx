import { Check, ChevronDown } from 'lucide-react'
import { Select } from 'radix-ui'
import type { ReactNode } from 'react'
import { Field, INPUT_LOOK } from './field.tsx'

type Props<T extends string> = {
  label: ReactNode
  hint?: ReactNode
  value: T
  options: readonly { value: T; label: string }[]
  onValue: (value: T) => void
  className?: string
}

/** One of several, from a list that opens. */
export function Choice<T extends string>({ label, hint, value, options, onValue, className }: Props<T>) {
  return (
    <Field label={label} hint={hint} {...(className === undefined ? {} : { className })}>
      {(ids) => (
        <Select.Root value={value} onValueChange={(next) => onValue(next as T)}>
          <Select.Trigger {...ids} className={`${INPUT_LOOK} flex items-center justify-between gap-2 text-left`}>
            <span className="truncate">
              <Select.Value />
            </span>
            <Select.Icon>
              <ChevronDown aria-hidden className="size-4 text-muted" />
            </Select.Icon>
          </Select.Trigger>
          <Select.Portal>
            <Select.Content
              position="popper"
              sideOffset={4}
              className="z-50 max-h-80 min-w-(--radix-select-trigger-width) overflow-hidden rounded-lg border bg-surface p-1 shadow-lg"
            >
              <Select.Viewport>
                {options.map((option) => (
                  <Select.Item
                    key={option.value}
                    value={option.value}
                    className="flex cursor-default items-center justify-between gap-3 rounded-md px-2.5 py-1.5 outline-none data-highlighted:bg-raised"
                  >
                    <Select.ItemText>{option.label}</Select.ItemText>
                    <Select.ItemIndicator>
                      <Check aria-hidden className="size-4 text-accent" />
                    </Select.ItemIndicator>
                  </Select.Item>
                ))}
              </Select.Viewport>
            </Select.Content>
          </Select.Portal>
        </Select.Root>
      )}
    </Field>
  )
}
