import type { JobDetail } from '@golem/api'
import { ChevronLeft, ChevronRight, Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { glm } from '../format/amounts.ts'
import { useSaid } from '../i18n/use-said.ts'
import { Address } from '../ui/address.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Modal } from '../ui/modal.tsx'
import { type Frame, isShown, outputUrl, previewUrl } from './frames-of.ts'
import { RedoFrame } from './redo-frame.tsx'
import { usePicture } from './use-picture.ts'

const TONES = { waiting: 'plain', running: 'accent', checking: 'warn', accepted: 'good' } as const

type Props = {
  job: JobDetail
  frames: Frame[]
  shown: string
  onShow: (key: string | null) => void
}

/** One frame, large, with who made which part of it and how that was checked. */
export function FrameDialog({ job, frames, shown, onShow }: Props) {
  const { t } = useTranslation()
  const said = useSaid()
  const index = frames.findIndex(({ key }) => key === shown)
  const frame = frames[index]
  const small = usePicture(frame === undefined ? null : previewUrl(job.id, frame))
  if (frame === undefined) return null
  const { output, redone } = frame
  const picture = output !== null && isShown(output) ? outputUrl(job.id, output, redone) : small
  const step = (by: number) => {
    const next = frames[index + by]
    if (next !== undefined) onShow(next.key)
  }
  return (
    <Modal wide isOpen onOpen={(isOpen) => !isOpen && onShow(null)} title={t('job.frame', { name: frame.name })}>
      <div className="checkered grid max-h-[60dvh] min-h-40 place-items-center overflow-hidden rounded-lg border">
        {picture === null ? (
          <p className="p-8 text-muted">{t('job.noPicture')}</p>
        ) : (
          <img
            src={picture}
            alt={t('job.frame', { name: frame.name })}
            className="max-h-[60dvh] w-full object-contain"
          />
        )}
      </div>
      <div className="mt-3 flex flex-wrap items-center justify-between gap-2">
        <div className="flex gap-2">
          <Button size="icon" aria-label={t('job.previous')} disabled={index === 0} onClick={() => step(-1)}>
            <ChevronLeft aria-hidden className="size-4" />
          </Button>
          <Button size="icon" aria-label={t('job.next')} disabled={index === frames.length - 1} onClick={() => step(1)}>
            <ChevronRight aria-hidden className="size-4" />
          </Button>
        </div>
        <div className="flex flex-wrap justify-end gap-2">
          <RedoFrame key={frame.key} job={job} frame={frame} frames={frames} />
          {output !== null && (
            <Button asChild>
              <a href={outputUrl(job.id, output, redone)} download={output}>
                <Download aria-hidden className="size-4" />
                {t('job.downloadFrame')}
              </a>
            </Button>
          )}
        </div>
      </div>
      <div className="mt-4 overflow-x-auto">
        <table className="w-full text-left text-[13px]">
          <thead className="text-muted">
            <tr>
              <th className="py-1 pr-3 font-medium">{t('job.part')}</th>
              <th className="py-1 pr-3 font-medium">{t('job.state')}</th>
              <th className="py-1 pr-3 font-medium">{t('job.provider')}</th>
              <th className="py-1 pr-3 font-medium">{t('job.checked')}</th>
              <th className="py-1 text-right font-medium">{t('job.price')}</th>
            </tr>
          </thead>
          <tbody className="divide-y">
            {frame.parts.map((part) => (
              <tr key={part.id}>
                <td className="py-1.5 pr-3">{said(part.label)}</td>
                <td className="py-1.5 pr-3">
                  <Badge tone={TONES[part.state]}>{t(`job.partStates.${part.state}`)}</Badge>
                </td>
                <td className="py-1.5 pr-3">{part.provider === null ? '—' : <Address of={part.provider} />}</td>
                <td className="py-1.5 pr-3 text-muted">{said(part.checked ?? '—')}</td>
                <td className="py-1.5 text-right tabular-nums">{part.priceWei === '0' ? '—' : glm(part.priceWei)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Modal>
  )
}
