import { useTranslation } from 'react-i18next'
import { TextField } from '../ui/field.tsx'

/** The address of a chain's node; null where it is none. */
export const rpcOf = (text: string): string | null =>
  /^https?:\/\/\S+$/.test(text.trim()) && URL.canParse(text.trim()) ? text.trim() : null

export function RpcField({ value, onText }: { value: string; onText: (text: string) => void }) {
  const { t } = useTranslation()
  return (
    <TextField
      label={t('chain.rpc')}
      hint={t('chain.rpcHint')}
      problem={value !== '' && rpcOf(value) === null && t('chain.rpcWrong')}
      placeholder="http://127.0.0.1:8545"
      inputMode="url"
      autoComplete="off"
      spellCheck={false}
      value={value}
      onText={onText}
    />
  )
}
