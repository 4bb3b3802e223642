import type { NewAdmission } from '@golem/api'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { isCid } from '../format/is-cid.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { DialogEnd } from '../ui/dialog-end.tsx'
import { TextField } from '../ui/field.tsx'
import { Modal } from '../ui/modal.tsx'
import { Notice } from '../ui/notice.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { VerdictField } from './verdict-field.tsx'

const isPeerId = (text: string): boolean => /^16U[1-9A-HJ-NP-Za-km-z]{20,80}$/.test(text.trim())

/** Gives one more node a key to what a private job moved, for one verdict. */
export function LetCheck({ verdict: given, onDone }: { verdict?: string; onDone: () => void }) {
  const { t } = useTranslation()
  const [verdict, setVerdict] = useState(given ?? '')
  const [peerId, setPeerId] = useState('')
  const admit = useMutation({ mutationFn: (asked: NewAdmission) => daemon.admit(asked) })
  const isWhole = isCid(verdict) && isPeerId(peerId)
  return (
    <Modal isOpen onOpen={(isOpen) => !isOpen && onDone()} title={t('trust.let')} about={t('trust.letAbout')}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isWhole) admit.mutate({ verdict: verdict.trim(), peerId: peerId.trim() })
        }}
      >
        {admit.isSuccess ? (
          <Notice tone="good" title={t('trust.keyMade')}>
            <p>{t('trust.keyMadeAbout')}</p>
            <code data-testid="key" className="mt-2 block break-all font-mono text-xs">
              {admit.data.key}
            </code>
            <div className="mt-2">
              <CopyButton label={t('trust.copyKey')} done={t('common.copied')} text={admit.data.key} />
            </div>
          </Notice>
        ) : (
          <>
            <VerdictField verdict={verdict} onVerdict={setVerdict} isGiven={given !== undefined} />
            <TextField
              label={t('trust.peerId')}
              hint={t('trust.peerIdHint')}
              placeholder="16Uiu2…"
              spellCheck={false}
              autoComplete="off"
              value={peerId}
              onText={setPeerId}
              problem={peerId !== '' && !isPeerId(peerId) && t('trust.peerIdWrong')}
            />
          </>
        )}
        {admit.isError && <ProblemNotice error={admit.error} />}
        <DialogEnd
          act={admit.isSuccess ? null : t('trust.letDo')}
          isReady={isWhole && !admit.isPending}
          onBack={onDone}
        />
      </form>
    </Modal>
  )
}
