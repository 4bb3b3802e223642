import type { ListKind } from '@golem/api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActModal } from '../act/act-modal.tsx'
import { isReason, keepReason, type Reason, ReasonField } from '../act/reason-field.tsx'
import { isAddress } from '../format/is-address.ts'
import { AddressField } from '../ui/address-field.tsx'
import { Choice } from '../ui/choice.tsx'
import { TextField } from '../ui/field.tsx'
import type { Entry } from './entries.tsx'

const KINDS = ['provider', 'requestor', 'author', 'application'] as const
/** As the contract has it. */
const MOST_DAYS = 180
const USUAL_DAYS = 90

/** Puts somebody on the list of this node, or leaves them there for longer. */
export function PublishEntry({ renewed, onDone }: { renewed?: Entry; onDone: () => void }) {
  const { t } = useTranslation()
  const [kind, setKind] = useState<ListKind>(renewed?.kind ?? 'provider')
  const [subject, setSubject] = useState(renewed?.subject ?? '')
  const [days, setDays] = useState(String(USUAL_DAYS))
  // What was said then holds, unless it is said anew.
  const [reason, setReason] = useState<Reason>({ text: renewed?.evidence ?? '', file: null })
  const forDays = Number(days)
  const areDays = days.trim() !== '' && forDays >= 1 && forDays <= MOST_DAYS
  const isNamed = kind === 'application' ? subject.trim() !== '' : isAddress(subject)
  const prepare = async () => {
    const evidence = await keepReason(reason)
    return { act: 'list' as const, kind, subject: subject.trim(), evidence, days: forDays }
  }
  return (
    <ActModal
      title={t(renewed === undefined ? 'lists.publish' : 'lists.renew')}
      about={t('lists.publishAbout')}
      prepare={isNamed && areDays && isReason(reason) ? prepare : null}
      onDone={onDone}
    >
      {renewed === undefined && (
        <>
          <Choice
            label={t('lists.as')}
            value={kind}
            options={KINDS.map((value) => ({ value, label: t(`lists.kinds.${value}`) }))}
            onValue={setKind}
          />
          {kind === 'application' ? (
            <TextField
              label={t('lists.application')}
              hint={t('lists.applicationHint')}
              spellCheck={false}
              autoComplete="off"
              value={subject}
              onText={setSubject}
            />
          ) : (
            <AddressField label={t('lists.whom')} value={subject} onText={setSubject} />
          )}
        </>
      )}
      <TextField
        label={t('lists.days')}
        inputMode="numeric"
        autoComplete="off"
        value={days}
        onText={setDays}
        problem={!areDays && t('lists.daysWrong', { most: MOST_DAYS })}
      />
      <ReasonField label={t('lists.why')} value={reason} onReason={setReason} />
    </ActModal>
  )
}
