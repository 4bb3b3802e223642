import type { Rerun } from '@golem/api'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { isCid } from '../format/is-cid.ts'
import { useSaid } from '../i18n/use-said.ts'
import { Address } from '../ui/address.tsx'
import { DialogEnd } from '../ui/dialog-end.tsx'
import { TextField } from '../ui/field.tsx'
import { Modal } from '../ui/modal.tsx'
import { Notice } from '../ui/notice.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { addressesIn, FromField } from './from-field.tsx'
import { VerdictField } from './verdict-field.tsx'

const isKey = (text: string): boolean => /^0x[0-9a-f]{162}$/.test(text.trim())

type Asked = { verdict: string; from: string; key: string }

/** Does the check of a verdict in the sandbox of this machine, by the same seed. */
export function CheckAgain({ verdict: given, onDone }: { verdict?: string; onDone: () => void }) {
  const { t } = useTranslation()
  const [verdict, setVerdict] = useState(given ?? '')
  const [key, setKey] = useState('')
  const [from, setFrom] = useState('')
  // Whoever closes the dialog waits for it no more.
  const leaving = useRef<AbortController>(null)
  useEffect(() => () => leaving.current?.abort(), [])
  const rerun = useMutation({
    mutationFn: (asked: Asked) => {
      leaving.current = new AbortController()
      const of = { verdict: asked.verdict.trim(), from: addressesIn(asked.from) }
      const key = asked.key.trim()
      return daemon.rerun(key === '' ? of : { ...of, key }, { signal: leaving.current.signal })
    },
  })
  const isWhole = isCid(verdict) && (key === '' || isKey(key))
  return (
    <Modal isOpen onOpen={(isOpen) => !isOpen && onDone()} title={t('trust.again')} about={t('trust.againAbout')}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isWhole) rerun.mutate({ verdict, from, key })
        }}
      >
        {rerun.isSuccess ? (
          <Outcome rerun={rerun.data} />
        ) : (
          <>
            <VerdictField verdict={verdict} onVerdict={setVerdict} isGiven={given !== undefined} />
            <TextField
              label={t('trust.key')}
              hint={t('trust.keyHint')}
              placeholder="0x…"
              spellCheck={false}
              autoComplete="off"
              value={key}
              onText={setKey}
              problem={key !== '' && !isKey(key) && t('trust.keyWrong')}
            />
            <FromField from={from} onFrom={setFrom} />
          </>
        )}
        {rerun.isError && <ProblemNotice error={rerun.error} />}
        {rerun.isPending && <p role="status">{t('trust.checking')}</p>}
        <DialogEnd
          act={rerun.isSuccess ? null : t('trust.againDo')}
          isReady={isWhole && !rerun.isPending}
          onBack={onDone}
        />
      </form>
    </Modal>
  )
}

function Outcome({ rerun: { judge, index, said: told, found, isSame } }: { rerun: Rerun }) {
  const { t } = useTranslation()
  const said = useSaid()
  const words = ({ accepted, message }: Rerun['said']) => (
    <>
      <span className={accepted ? 'font-medium text-good' : 'font-medium text-bad'}>
        {t(accepted ? 'trust.kinds.accepted' : 'trust.kinds.rejected')}
      </span>{' '}
      {said(message)}
    </>
  )
  return (
    <div className="grid gap-3" data-testid="rerun">
      <dl className="grid gap-2 text-[13px]">
        <div>
          <dt className="text-muted text-xs">
            {t('trust.judgeSaid', { index: index + 1 })} <Address of={judge} />
          </dt>
          <dd className="break-words">{words(told)}</dd>
        </div>
        <div>
          <dt className="text-muted text-xs">{t('trust.foundHere')}</dt>
          <dd className="break-words">{words(found)}</dd>
        </div>
      </dl>
      <Notice tone={isSame ? 'good' : 'warn'} title={t(isSame ? 'trust.holds' : 'trust.holdsNot')}>
        {t(isSame ? 'trust.holdsAbout' : 'trust.holdsNotAbout')}
      </Notice>
    </div>
  )
}
