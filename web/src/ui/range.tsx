import { Slider } from 'radix-ui'
import { type ReactNode, useEffect, useId, useState } from 'react'

type Props = {
  label: ReactNode
  value: number
  min: number
  max: number
  step?: number
  /** What the value is called: `3 of 8 cores`. */
  text: (value: number) => string
  /** While it moves, where that is wanted at once. */
  onMove?: (value: number) => void
  /** When it is let go. */
  onValue: (value: number) => void
}

export function Range({ label, value, min, max, step = 1, text, onMove, onValue }: Props) {
  const id = useId()
  const [shown, setShown] = useState(value)
  // Somebody else may have changed it.
  useEffect(() => setShown(value), [value])
  return (
    <div className="min-w-0">
      <div className="mb-1 flex items-baseline justify-between gap-3">
        <span id={id} className="font-medium text-[13px]">
          {label}
        </span>
        <output className="text-[13px] text-muted tabular-nums">{text(shown)}</output>
      </div>
      <Slider.Root
        value={[shown]}
        min={min}
        max={max}
        step={step}
        onValueChange={([next = min]) => {
          setShown(next)
          onMove?.(next)
        }}
        onValueCommit={([next = min]) => onValue(next)}
        className="relative flex h-6 touch-none select-none items-center"
      >
        <Slider.Track className="relative h-1.5 grow rounded-full bg-raised">
          <Slider.Range className="absolute h-full rounded-full bg-accent" />
        </Slider.Track>
        <Slider.Thumb
          aria-labelledby={id}
          aria-valuetext={text(shown)}
          className="block size-5 rounded-full border-2 border-accent bg-surface shadow"
        />
      </Slider.Root>
    </div>
  )
}
