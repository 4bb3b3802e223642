import clsx from 'clsx'
import { type ComponentProps, type ReactNode, useId } from 'react'

type FieldProps = {
  label: ReactNode
  hint?: ReactNode
  /** What is wrong with what was typed. */
  problem?: ReactNode
  children: (ids: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }) => ReactNode
  className?: string
}

/** A control with its label, and what is to be said about it. */
export function Field({ label, hint, problem, children, className }: FieldProps) {
  const id = useId()
  const about = problem || hint
  return (
    <div className={clsx('min-w-0', className)}>
      <label htmlFor={id} className="mb-1 block font-medium text-[13px]">
        {label}
      </label>
      {children({
        id,
        ...(about ? { 'aria-describedby': `${id}-about` } : {}),
        ...(problem ? { 'aria-invalid': true } : {}),
      })}
      {about && (
        <p id={`${id}-about`} className={clsx('mt-1 text-xs', problem ? 'text-bad' : 'text-muted')}>
          {about}
        </p>
      )}
    </div>
  )
}

export const INPUT_LOOK =
  'h-9 w-full min-w-0 rounded-lg border border-edge/60 bg-surface px-3 placeholder:text-muted/70 aria-invalid:border-bad disabled:opacity-60'

type TextFieldProps = Omit<FieldProps, 'children'> &
  Omit<ComponentProps<'input'>, 'onChange' | 'value'> & {
    value: string
    onText: (text: string) => void
    /** Behind the text, such as GLM. */
    unit?: string
  }

export function TextField({ label, hint, problem, className, value, onText, unit, ...input }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} problem={problem} {...(className === undefined ? {} : { className })}>
      {(ids) => (
        <div className="relative">
          <input
            {...ids}
            {...input}
            value={value}
            onChange={(event) => onText(event.target.value)}
            className={clsx(INPUT_LOOK, unit !== undefined && 'pr-14')}
          />
          {unit !== undefined && (
            <span className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-muted text-xs">
              {unit}
            </span>
          )}
        </div>
      )}
    </Field>
  )
}
