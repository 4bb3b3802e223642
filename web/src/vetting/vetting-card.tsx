import { FileSearch, Radar } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ReportDialog } from './report-dialog.tsx'
import { VetDialog } from './vet-dialog.tsx'

/** Looking at what an application does, before somebody vouches for it or warns of it. */
export function VettingCard() {
  const { t } = useTranslation()
  const [open, setOpen] = useState<'vet' | 'read' | null>(null)
  const close = () => setOpen(null)
  return (
    <Card title={t('vetting.title')}>
      <p className="text-muted">{t('vetting.about')}</p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button onClick={() => setOpen('vet')}>
          <Radar aria-hidden className="size-4" />
          {t('vetting.vet')}
        </Button>
        <Button onClick={() => setOpen('read')}>
          <FileSearch aria-hidden className="size-4" />
          {t('vetting.read')}
        </Button>
      </div>
      {open === 'vet' && <VetDialog onDone={close} />}
      {open === 'read' && <ReportDialog onDone={close} />}
    </Card>
  )
}
