import clsx from 'clsx'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { type Frame, previewUrl } from './frames-of.ts'
import { usePicture } from './use-picture.ts'

type Props = { jobId: string; frame: Frame; onOpen: (key: string) => void }

const DOTS = {
  waiting: 'bg-edge/40',
  running: 'bg-accent animate-pulse',
  checking: 'bg-warn',
  accepted: 'bg-good',
} as const

/** A frame in the grid: its picture as far as there is one, and its tiles while they come. */
export const FrameTile = memo(function FrameTile({ jobId, frame, onOpen }: Props) {
  const { t } = useTranslation()
  const picture = usePicture(previewUrl(jobId, frame))
  const { name, parts, accepted, state } = frame
  const label = t('job.frameLabel', { name, state: t(`job.frameStates.${state}`), accepted, total: parts.length })
  return (
    <button
      type="button"
      data-frame={name}
      data-state={state}
      data-shown={picture !== null}
      onClick={() => onOpen(frame.key)}
      className="group contain-content relative block aspect-video w-full overflow-hidden rounded-lg border bg-raised"
    >
      <span className="sr-only">{label}</span>
      {picture === null ? (
        <span className={clsx('absolute inset-0', state === 'running' && 'animate-pulse bg-accent-soft')} />
      ) : (
        <img src={picture} alt="" className="checkered absolute inset-0 size-full object-contain" />
      )}
      {state !== 'done' && parts.length > 1 && (
        <span
          aria-hidden
          className="absolute inset-x-2 top-2 grid gap-0.5"
          style={{ gridTemplateColumns: `repeat(${Math.min(16, parts.length)}, minmax(0, 1fr))` }}
        >
          {parts.slice(0, 64).map((part) => (
            <span key={part.id} className={clsx('h-1 rounded-full', DOTS[part.state])} />
          ))}
        </span>
      )}
      <span
        aria-hidden
        className={clsx(
          'absolute inset-x-0 bottom-0 flex items-center justify-between px-2 pt-4 pb-1 text-xs tabular-nums',
          picture === null ? 'text-muted' : 'bg-linear-to-t from-black/75 to-transparent text-white',
        )}
      >
        <span>{name}</span>
        {state !== 'done' && <span>{t(`job.frameStates.${state}`)}</span>}
      </span>
    </button>
  )
}, areAlike)

/** Frames are made anew whenever one of them changes. */
function areAlike(before: Props, after: Props): boolean {
  const [one, other] = [before.frame, after.frame]
  return (
    before.onOpen === after.onOpen &&
    one.key === other.key &&
    one.state === other.state &&
    one.accepted === other.accepted &&
    one.output === other.output &&
    one.redone === other.redone &&
    one.parts.length === other.parts.length &&
    one.parts.every(({ state }, index) => state === other.parts[index]?.state)
  )
}
