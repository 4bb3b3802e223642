import { FileUp } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { bytes } from '../format/quantities.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import type { Place } from './program.ts'

type Props = {
  label: string
  hint?: ReactNode
  accept?: string
  value: Place
  testId: string
  onPlace: (place: Place) => void
}

/** A file from this browser, or the path of one on the daemon's machine. */
export function PlaceField({ label, hint, accept, value, testId, onPlace }: Props) {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  return (
    <div className="flex flex-wrap items-end gap-2">
      <TextField
        className="min-w-48 flex-1"
        label={label}
        hint={hint}
        value={value instanceof File ? `${value.name} (${bytes(value.size)})` : value}
        onText={onPlace}
        readOnly={value instanceof File}
        placeholder="/home/ada/…"
        spellCheck={false}
        autoComplete="off"
      />
      <Button className={hint === undefined ? '' : 'mb-5'} onClick={() => input.current?.click()}>
        <FileUp aria-hidden className="size-4" />
        {t('data.chooseFile')}
        <span className="sr-only">{label}</span>
      </Button>
      {value instanceof File && (
        <Button className={hint === undefined ? '' : 'mb-5'} look="quiet" onClick={() => onPlace('')}>
          {t('common.remove', { name: value.name })}
        </Button>
      )}
      <input
        ref={input}
        type="file"
        hidden
        data-testid={testId}
        {...(accept === undefined ? {} : { accept })}
        onChange={({ target }) => {
          const [file] = target.files ?? []
          if (file !== undefined) onPlace(file)
          target.value = ''
        }}
      />
    </div>
  )
}
