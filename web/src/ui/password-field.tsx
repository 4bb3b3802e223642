import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TextField } from './field.tsx'

type Props = {
  label: string
  hint?: string
  /** It is chosen here, and typed twice: whoever mistypes what nobody sees loses what lies behind it. */
  isNew: boolean
  /** Hears '' as long as the two are not the same. */
  onPassword: (password: string) => void
}

export function PasswordField({ label, hint, isNew, onPassword }: Props) {
  const { t } = useTranslation()
  const [first, setFirst] = useState('')
  const [again, setAgain] = useState('')
  const type = (one: string, two: string) => {
    setFirst(one)
    setAgain(two)
    onPassword(!isNew || one === two ? one : '')
  }
  const input = { type: 'password', autoComplete: isNew ? 'new-password' : 'current-password' } as const
  return (
    <>
      <TextField label={label} hint={hint} value={first} onText={(text) => type(text, again)} {...input} />
      {isNew && (
        <TextField
          label={t('common.passwordAgain')}
          problem={again !== '' && again !== first && t('common.passwordsDiffer')}
          value={again}
          onText={(text) => type(first, text)}
          {...input}
        />
      )}
    </>
  )
}
