import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { isAddress } from '../format/is-address.ts'
import { TextField } from './field.tsx'

type Props = { label: ReactNode; hint?: ReactNode; value: string; onText: (text: string) => void; className?: string }

/** Somebody, by the address that the chain knows. */
export function AddressField(props: Props) {
  const { t } = useTranslation()
  return (
    <TextField
      {...props}
      placeholder="0x…"
      spellCheck={false}
      autoComplete="off"
      problem={props.value !== '' && !isAddress(props.value) && t('common.addressWrong')}
    />
  )
}
