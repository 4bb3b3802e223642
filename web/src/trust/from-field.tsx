import { useTranslation } from 'react-i18next'
import { TextField } from '../ui/field.tsx'

/** Addresses of whoever may have what is looked for, apart by spaces. */
export function FromField({ from, onFrom }: { from: string; onFrom: (from: string) => void }) {
  const { t } = useTranslation()
  return (
    <TextField
      label={t('trust.from')}
      hint={t('trust.fromHint')}
      placeholder="/ip4/…/p2p/16Uiu2…"
      spellCheck={false}
      autoComplete="off"
      value={from}
      onText={onFrom}
    />
  )
}

export const addressesIn = (from: string): string[] => from.split(/\s+/).filter((each) => each !== '')
