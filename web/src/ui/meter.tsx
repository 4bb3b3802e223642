import { Progress } from 'radix-ui'

type Props = { label: string; value: number; max: number; tone?: 'accent' | 'good' | 'plain' }

const TONES = { accent: 'bg-accent', good: 'bg-good', plain: 'bg-edge' } as const

/** How far something is. */
export function Meter({ label, value, max, tone = 'accent' }: Props) {
  const share = max <= 0 ? 0 : Math.min(1, value / max)
  return (
    <Progress.Root
      value={Math.round(share * 100)}
      aria-label={label}
      className="h-2 overflow-hidden rounded-full bg-raised"
    >
      <Progress.Indicator
        className={`h-full rounded-full transition-[width] duration-500 ${TONES[tone]}`}
        style={{ width: `${share * 100}%` }}
      />
    </Progress.Root>
  )
}
