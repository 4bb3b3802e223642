import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActModal } from '../act/act-modal.tsx'
import { isAddress } from '../format/is-address.ts'
import { isCid } from '../format/is-cid.ts'
import { AddressField } from '../ui/address-field.tsx'
import { TextField } from '../ui/field.tsx'

type Props = {
  verdict?: string | undefined
  /** Whoever signed the verdict, where nobody is named. */
  against?: string | undefined
  onDone: () => void
}

/** Takes a verdict that does not hold before a panel. */
export function OpenDispute({ verdict: given, against: named, onDone }: Props) {
  const { t } = useTranslation()
  const [verdict, setVerdict] = useState(given ?? '')
  const [against, setAgainst] = useState(named ?? '')
  const isWhole = isCid(verdict) && (against === '' || isAddress(against))
  return (
    <ActModal
      title={t('dispute.open')}
      about={t('dispute.openAbout')}
      prepare={
        isWhole
          ? () => ({
              act: 'dispute',
              verdict: verdict.trim(),
              ...(against === '' ? {} : { against: against.trim() }),
            })
          : null
      }
      onDone={onDone}
    >
      <TextField
        label={t('trust.verdict')}
        placeholder="bafkrei…"
        spellCheck={false}
        autoComplete="off"
        readOnly={given !== undefined}
        value={verdict}
        onText={setVerdict}
        problem={verdict !== '' && !isCid(verdict) && t('trust.verdictWrong')}
      />
      <AddressField label={t('dispute.accused')} hint={t('dispute.accusedHint')} value={against} onText={setAgainst} />
    </ActModal>
  )
}
