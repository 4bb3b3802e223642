import clsx from 'clsx'
import type { TFunction } from 'i18next'
import { memo, useRef } from 'react'
import { type Frame, previewUrl } from './frames-of.ts'
import { usePicture } from './use-picture.ts'

type Props = { jobId: string; frame: Frame; onOpen: (key: string) => void; t: TFunction }

const DOTS = {
  waiting: 'bg-edge/40',
  running: 'bg-accent animate-pulse',
  checking: 'bg-warn',
  accepted: 'bg-good',
} as const

/** A frame in the grid: its picture as far as there is one, and its tiles while they come. */
export const FrameTile = memo(function FrameTile({ jobId, frame, onOpen, t }: Props) {
  const place = useRef<HTMLButtonElement>(null)
  const picture = usePicture(previewUrl(jobId, frame), place)
  const { name, parts, accepted, state } = frame
  const label = t('job.frameLabel', { name, state: t(`job.frameStates.${state}`), accepted, total: parts.length })
  return (
    <button
      ref={place}
      type="button"
      aria-label={label}
      data-frame={name}
      data-state={state}
      data-shown={picture !== null}
      onClick={() => onOpen(frame.key)}
      className="relative block aspect-video w-full overflow-hidden rounded-lg border bg-raised"
    >
      {picture === null && state === 'running' && <span className="absolute inset-0 animate-pulse bg-accent-soft" />}
      {picture !== null && (
        <img
          src={picture}
          alt=""
          decoding="async"
          className={clsx('absolute inset-0 size-full object-contain', state !== 'done' && 'checkered')}
        />
      )}
      {state !== 'done' && parts.length > 1 && (
        <span
          className="absolute inset-x-2 top-2 grid gap-0.5"
          style={{ gridTemplateColumns: `repeat(${Math.min(16, parts.length)}, minmax(0, 1fr))` }}
        >
          {parts.slice(0, 64).map((part) => (
            <span key={part.id} className={clsx('h-1 rounded-full', DOTS[part.state])} />
          ))}
        </span>
      )}
      <span
        className={clsx(
          'absolute inset-x-0 bottom-0 truncate px-2 py-0.5 text-left text-xs tabular-nums',
          picture === null ? 'text-muted' : 'bg-black/60 text-white',
        )}
      >
        {state === 'done' ? name : `${name} · ${t(`job.frameStates.${state}`)}`}
      </span>
    </button>
  )
}, areAlike)

/** Frames are made anew whenever one of them changes. */
function areAlike(before: Props, after: Props): boolean {
  const [one, other] = [before.frame, after.frame]
  return (
    before.onOpen === after.onOpen &&
    before.t === after.t &&
    one.key === other.key &&
    one.state === other.state &&
    one.accepted === other.accepted &&
    one.output === other.output &&
    one.redone === other.redone &&
    one.parts.length === other.parts.length &&
    one.parts.every(({ state }, index) => state === other.parts[index]?.state)
  )
}
