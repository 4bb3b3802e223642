import { useQuery } from '@tanstack/react-query'
import { KeyRound, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { statusQuery } from '../api/queries.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { CheckAgain } from './check-again.tsx'
import { LetCheck } from './let-check.tsx'

/** For verdicts that somebody told of: whether they hold on this machine. */
export function VerdictCard() {
  const { t } = useTranslation()
  const status = useQuery(statusQuery)
  const [open, setOpen] = useState<'again' | 'let' | null>(null)
  const close = () => setOpen(null)
  return (
    <Card title={t('trust.verdicts')}>
      <p className="text-muted">{t('trust.verdictsAbout')}</p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button onClick={() => setOpen('again')}>
          <RotateCw aria-hidden className="size-4" />
          {t('trust.again')}
        </Button>
        <Button onClick={() => setOpen('let')}>
          <KeyRound aria-hidden className="size-4" />
          {t('trust.let')}
        </Button>
      </div>
      <h3 className="mt-5 mb-1 font-medium text-[13px]">{t('trust.ownPeerId')}</h3>
      <p className="mb-2 text-muted text-xs">{t('trust.ownPeerIdAbout')}</p>
      <QueryView query={status} lines={1}>
        {({ peerId }) => (
          <div className="flex flex-wrap items-center gap-2">
            <code className="break-all font-mono text-xs">{peerId}</code>
            <CopyButton label={t('common.copy')} done={t('common.copied')} text={peerId} />
          </div>
        )}
      </QueryView>
      {open === 'again' && <CheckAgain onDone={close} />}
      {open === 'let' && <LetCheck onDone={close} />}
    </Card>
  )
}
