import type { RegistryApplication } from '@golem/api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActModal } from '../act/act-modal.tsx'
import { isReason, keepReason, NO_REASON, ReasonField } from '../act/reason-field.tsx'

export type Judgement = 'certify' | 'denounce' | 'retract' | 'deprecate'
type Props = { judgement: Judgement; app: RegistryApplication; onDone: () => void }

/** Says of an application what stands on the chain from then on, and why. */
export function JudgeDialog({ judgement, app, onDone }: Props) {
  const { t } = useTranslation()
  const [reason, setReason] = useState(NO_REASON)
  return (
    <ActModal
      title={t(`registry.acts.${judgement}`)}
      about={t(`registry.actsAbout.${judgement}`, { name: `${app.name} ${app.version}` })}
      prepare={
        isReason(reason)
          ? async () => ({ act: judgement, application: app.id, reason: await keepReason(reason) })
          : null
      }
      onDone={onDone}
    >
      <ReasonField label={t('registry.reason')} value={reason} onReason={setReason} />
    </ActModal>
  )
}
