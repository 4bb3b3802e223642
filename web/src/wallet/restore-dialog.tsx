import type { BackupView, Wallet } from '@golem/api'
import { useMutation, useQuery } from '@tanstack/react-query'
import { FileKey } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { statusQuery } from '../api/queries.ts'
import { glm } from '../format/amounts.ts'
import { Button } from '../ui/button.tsx'
import { DialogEnd } from '../ui/dialog-end.tsx'
import { Modal } from '../ui/modal.tsx'
import { Notice } from '../ui/notice.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { Stat } from '../ui/stat.tsx'

/** As the daemon takes it. */
const MOST_BYTES = 16 * 1024 ** 2

type Chosen = { name: string; text: string | null; atMs: number }
type Props = {
  wallet: Wallet
  /** @param hasBegun the node starts anew */
  onDone: (hasBegun: boolean) => void
}

/** Brings in a backup from this computer: says first whose it is, and what stays with the key that is here. */
export function RestoreDialog({ wallet, onDone }: Props) {
  const { t } = useTranslation()
  const isDev = useQuery(statusQuery).data?.chain.dev ?? false
  const files = useRef<HTMLInputElement>(null)
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const [password, setPassword] = useState('')
  const backup = chosen?.text ?? null
  const use = backup === null ? null : passwordUse(backup, wallet, isDev)
  const body = { backup: backup ?? '', password: use === null ? null : password }
  const look = useMutation({ mutationFn: () => daemon.examineBackup(body) })
  const found = look.data
  const bring = useMutation({
    mutationFn: (leave: string | null) => daemon.importWallet({ ...body, leave }),
    onSuccess: () => onDone(true),
  })
  const take = async (file: File | undefined) => {
    if (file === undefined) return
    look.reset()
    setPassword('')
    setChosen({ name: file.name, text: file.size > MOST_BYTES ? null : await file.text(), atMs: Date.now() })
  }
  const back = () => {
    look.reset()
    bring.reset()
    setPassword('')
  }
  const isReady = found !== undefined || (backup !== null && (use === null || password !== ''))
  return (
    <Modal isOpen onOpen={(isOpen) => !isOpen && onDone(false)} title={t('restore.title')} about={t('restore.about')}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (found !== undefined) bring.mutate(found.leaves?.address ?? null)
          else if (isReady) look.mutate()
        }}
      >
        {found === undefined ? (
          <>
            <div className="flex flex-wrap items-center gap-2">
              <Button onClick={() => files.current?.click()}>
                <FileKey aria-hidden className="size-4" />
                {t('restore.choose')}
              </Button>
              <span className="min-w-0 break-all text-[13px]">{chosen?.name ?? t('restore.nothing')}</span>
            </div>
            {chosen !== null && chosen.text === null && <Notice tone="bad" title={t('restore.tooLarge')} />}
            {use !== null && (
              <PasswordField
                key={chosen?.atMs}
                label={t(use === 'open' ? 'restore.password' : 'restore.newPassword')}
                hint={t(use === 'open' ? 'restore.passwordHint' : 'restore.newPasswordHint')}
                isNew={use === 'new'}
                onPassword={setPassword}
              />
            )}
          </>
        ) : (
          <Found view={found} />
        )}
        {(look.isError || bring.isError) && <ProblemNotice error={bring.error ?? look.error} />}
        <DialogEnd
          act={found === undefined ? t('common.next') : t('restore.do')}
          isReady={isReady && !look.isPending && !bring.isPending}
          isDanger={found !== undefined && found.leaves !== null}
          onBack={found === undefined ? () => onDone(false) : back}
          back={found === undefined ? undefined : t('common.back')}
        />
      </form>
      <input
        ref={files}
        type="file"
        hidden
        data-testid="backup-file"
        onChange={({ target }) => {
          void take(target.files?.[0])
          target.value = ''
        }}
      />
    </Modal>
  )
}

/** Whose it is, and what comes of it. */
function Found({ view: { address, claims, leaves } }: { view: BackupView }) {
  const { t } = useTranslation()
  const holds = t('restore.holds', { count: claims })
  if (leaves === null) {
    return (
      <>
        <Notice title={t('restore.same')}>{`${holds} ${t('restore.sameAbout')}`}</Notice>
        <Notice title={t('grid.restarts')}>{t('grid.restartsAbout')}</Notice>
      </>
    )
  }
  const { stakeWei } = leaves
  const eth = glm(leaves.gasWei).replace('GLM', 'ETH')
  return (
    <>
      <Notice title={t('restore.other', { address })}>{`${holds} ${t('restore.twice')}`}</Notice>
      <Notice tone="warn" title={t('restore.leaves', { address: leaves.address })}>
        {t('restore.leavesAbout')}
      </Notice>
      <dl className="grid grid-cols-2 gap-4" data-testid="left-behind">
        <Stat label={t('wallet.wallet')} value={glm(leaves.walletWei)} />
        <Stat label={t('wallet.balance')} value={glm(leaves.freeWei)} />
        <Stat label={t('wallet.locked')} value={glm(leaves.lockedWei)} />
        <Stat label={t('wallet.gas')} value={eth} />
        <Stat label={t('wallet.owedToMe')} value={glm(leaves.owedToMeWei)} />
        <Stat label={t('wallet.owedByMe')} value={glm(leaves.owedByMeWei)} />
        {stakeWei !== null && <Stat label={t('restore.stake')} value={glm(stakeWei)} />}
      </dl>
      {leaves.owedToMeWei !== '0' && (
        <Notice tone="warn" title={t('restore.owed')}>
          {t('restore.owedRemedy')}
        </Notice>
      )}
      <Notice title={t('grid.restarts')}>{t('restore.restartsAbout')}</Notice>
    </>
  )
}

/** What a password is for: to open the file, or for a key in plain that is to lie encrypted here. */
function passwordUse(backup: string, { address, keyEncrypted }: Wallet, isDev: boolean): 'open' | 'new' | null {
  if (backup.includes('"kdfparams"')) return 'open'
  const isOwn = backup.includes(`"${address}"`)
  return !isOwn && (keyEncrypted || !isDev) ? 'new' : null
}
