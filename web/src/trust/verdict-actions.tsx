import { Gavel, KeyRound, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { CheckAgain } from './check-again.tsx'
import { LetCheck } from './let-check.tsx'
import { OpenDispute } from './open-dispute.tsx'

type Props = {
  verdict: string
  /** About work of a job of this node. */
  isOwn?: boolean
  /** Whom a panel could judge for it: whoever signed it, where nobody is named. */
  dispute?: { against?: string }
}

/** A verdict by its name, and what there is to do with it. */
export function VerdictActions({ verdict, isOwn = false, dispute }: Props) {
  const { t } = useTranslation()
  const [open, setOpen] = useState<'again' | 'let' | 'dispute' | null>(null)
  const close = () => setOpen(null)
  return (
    <div className="mt-1.5">
      <p className="break-all text-muted text-xs">
        {t('trust.verdict')}: <code className="font-mono">{verdict}</code>
      </p>
      <div className="mt-1.5 flex flex-wrap gap-2">
        <Button size="small" onClick={() => setOpen('again')}>
          <RotateCw aria-hidden className="size-4" />
          {t('trust.again')}
        </Button>
        {isOwn && (
          <Button size="small" onClick={() => setOpen('let')}>
            <KeyRound aria-hidden className="size-4" />
            {t('trust.let')}
          </Button>
        )}
        {dispute && (
          <Button size="small" onClick={() => setOpen('dispute')}>
            <Gavel aria-hidden className="size-4" />
            {t('dispute.open')}
          </Button>
        )}
      </div>
      {open === 'again' && <CheckAgain verdict={verdict} onDone={close} />}
      {open === 'let' && <LetCheck verdict={verdict} onDone={close} />}
      {open === 'dispute' && <OpenDispute verdict={verdict} against={dispute?.against} onDone={close} />}
    </div>
  )
}
