import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'

type Props = { label: string; values: readonly string[]; onValues: (values: string[]) => void }

/** A list of names or addresses, to add to and to take from. */
export function Names({ label, values, onValues }: Props) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  return (
    <div>
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          const name = text.trim()
          if (name === '') return
          onValues([...values, name])
          setText('')
        }}
      >
        <TextField
          className="flex-1"
          label={label}
          value={text}
          onText={setText}
          spellCheck={false}
          autoComplete="off"
        />
        <Button type="submit" disabled={text.trim() === ''}>
          {t('common.add')}
        </Button>
      </form>
      {values.length > 0 && (
        <ul className="mt-2 flex flex-wrap gap-1.5">
          {values.map((value) => (
            <li key={value}>
              <button
                type="button"
                title={value}
                aria-label={t('common.remove', { name: value })}
                onClick={() => onValues(values.filter((each) => each !== value))}
                className="inline-flex max-w-56 items-center gap-1.5 rounded-full bg-raised px-2.5 py-1 text-xs hover:text-bad"
              >
                <span className="truncate">{value}</span>
                <span aria-hidden>×</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
