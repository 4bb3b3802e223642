import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActModal } from '../act/act-modal.tsx'
import { isReason, keepReason, NO_REASON, ReasonField } from '../act/reason-field.tsx'
import type { Entry } from './entries.tsx'

/** Puts an answer beside an entry, for everybody who reads the list. */
export function AnswerEntry({ owner, entry, onDone }: { owner: string; entry: Entry; onDone: () => void }) {
  const { t } = useTranslation()
  const [statement, setStatement] = useState(NO_REASON)
  const prepare = async () => {
    const { kind, subject } = entry
    return { act: 'appeal' as const, owner, kind, subject, statement: await keepReason(statement) }
  }
  return (
    <ActModal
      title={t('lists.answer')}
      about={t('lists.answerAbout')}
      prepare={isReason(statement) ? prepare : null}
      onDone={onDone}
    >
      <ReasonField label={t('lists.answerField')} value={statement} onReason={setStatement} />
    </ActModal>
  )
}
