import { useTranslation } from 'react-i18next'
import { isCid } from '../format/is-cid.ts'
import { TextField } from '../ui/field.tsx'

/** The CID of a verdict: typed, or given by whatever the dialog was opened from. */
export function VerdictField(field: { verdict: string; onVerdict: (verdict: string) => void; isGiven: boolean }) {
  const { t } = useTranslation()
  const { verdict, onVerdict, isGiven } = field
  return (
    <TextField
      label={t('trust.verdict')}
      placeholder="bafkrei…"
      spellCheck={false}
      autoComplete="off"
      readOnly={isGiven}
      value={verdict}
      onText={onVerdict}
      problem={verdict !== '' && !isCid(verdict) && t('trust.verdictWrong')}
    />
  )
}
