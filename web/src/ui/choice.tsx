import type { ReactNode } from 'react'
import { Field, INPUT_LOOK } from './field.tsx'

type Props<T extends string> = {
  label: ReactNode
  hint?: ReactNode
  value: T
  options: readonly { value: T; label: string }[]
  onValue: (value: T) => void
  className?: string
  disabled?: boolean
}

/** One of several, from a list that opens: the browser's own, which every screen reader and every hand knows. */
export function Choice<T extends string>({
  label,
  hint,
  value,
  options,
  onValue,
  className,
  disabled = false,
}: Props<T>) {
  return (
    <Field label={label} hint={hint} {...(className === undefined ? {} : { className })}>
      {(ids) => (
        <select
          {...ids}
          disabled={disabled}
          value={value}
          onChange={({ target }) => onValue(target.value as T)}
          className={`${INPUT_LOOK} truncate`}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} className="bg-surface text-ink">
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
