import type { Wallet } from '@golem/api'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { daemon } from '../api/daemon.ts'
import { statusQuery } from '../api/queries.ts'
import { DialogEnd } from '../ui/dialog-end.tsx'
import { TextField } from '../ui/field.tsx'
import { Modal } from '../ui/modal.tsx'
import { Notice } from '../ui/notice.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { Toggle } from '../ui/toggle.tsx'

/** The key and what it is owed, in one file on the daemon's machine. */
export function BackupDialog({ wallet, onDone }: { wallet: Wallet; onDone: () => void }) {
  const { t } = useTranslation()
  const folder = useQuery(statusQuery).data?.resultsDir ?? '/tmp'
  const [typed, setTyped] = useState<string | null>(null)
  const [password, setPassword] = useState('')
  const [isPlain, setPlain] = useState(false)
  const path = typed ?? `${folder}/golem-backup.json`
  // Whoever asks for a plain copy of an encrypted key has to know its password all the same.
  const isAsked = wallet.keyEncrypted || !isPlain
  const isWhole = path.startsWith('/') && (!isAsked || password !== '')
  const save = useMutation({
    mutationFn: () => daemon.exportWallet({ path, password: isAsked ? password : null, plain: isPlain }),
    onSuccess: (written) => {
      toast.success(t('backup.written', { path: written.path, count: written.claims }))
      onDone()
    },
  })
  return (
    <Modal isOpen onOpen={(isOpen) => !isOpen && onDone()} title={t('backup.title')} about={t('backup.about')}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isWhole) save.mutate()
        }}
      >
        <TextField
          label={t('data.path')}
          hint={t('data.pathHint')}
          value={path}
          onText={setTyped}
          spellCheck={false}
          autoComplete="off"
        />
        <Toggle label={t('backup.plain')} hint={t('backup.plainHint')} isOn={isPlain} onToggle={setPlain} />
        {isAsked && (
          <PasswordField
            label={t(wallet.keyEncrypted ? 'backup.password' : 'backup.newPassword')}
            isNew={!wallet.keyEncrypted}
            onPassword={setPassword}
          />
        )}
        {isPlain && (
          <Notice tone="warn" title={t('backup.plainRisk')}>
            {t('backup.plainRiskAbout')}
          </Notice>
        )}
        {save.isError && <ProblemNotice error={save.error} />}
        <DialogEnd act={t('backup.do')} isReady={isWhole && !save.isPending} onBack={onDone} />
      </form>
    </Modal>
  )
}
