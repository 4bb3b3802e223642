import { Paperclip } from 'lucide-react'
import { useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { bytes } from '../format/quantities.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { TextField } from '../ui/field.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { PlaceField } from './place-field.tsx'
import type { Program } from './program.ts'

const KINDS = ['typed', 'file', 'count'] as const

/** What the program is run over, and what it finds beside. */
export function InputsCard({ program, onChange }: { program: Program; onChange: (part: Partial<Program>) => void }) {
  const { t } = useTranslation()
  const id = useId()
  const more = useRef<HTMLInputElement>(null)
  const { of, files } = program
  return (
    <Card title={t('compute.inputs')}>
      <div className="space-y-4">
        <Segmented
          label={t('compute.of')}
          hint={t(`compute.ofHints.${of}`)}
          value={of}
          options={KINDS.map((value) => ({ value, label: t(`compute.ofs.${value}`) }))}
          onValue={(next) => onChange({ of: next })}
        />
        {of === 'typed' && (
          <div>
            <label htmlFor={id} className="mb-1 block font-medium text-[13px]">
              {t('compute.lines')}
            </label>
            <textarea
              id={id}
              rows={8}
              spellCheck={false}
              value={program.typed}
              onChange={({ target }) => onChange({ typed: target.value })}
              className="w-full rounded-lg border border-edge/60 bg-surface px-3 py-2 font-mono text-[13px]"
            />
          </div>
        )}
        {of === 'file' && (
          <PlaceField
            label={t('compute.linesFile')}
            testId="lines"
            value={program.lines}
            onPlace={(lines) => onChange({ lines })}
          />
        )}
        {of === 'count' && (
          <TextField
            className="max-w-48"
            label={t('compute.count')}
            inputMode="numeric"
            value={program.count}
            onText={(count) => onChange({ count: count.replace(/\D/g, '') })}
          />
        )}
        <div>
          <Button size="small" onClick={() => more.current?.click()}>
            <Paperclip aria-hidden className="size-4" />
            {t('compute.files')}
          </Button>
          <p className="mt-1 text-muted text-xs">{t('compute.filesHint')}</p>
          <ul className="mt-1 space-y-1 text-[13px]">
            {files.map((file) => (
              <li key={file.name} className="flex flex-wrap items-center gap-2">
                <code className="font-mono">/in/{file.name}</code>
                <span className="text-muted text-xs">{bytes(file.size)}</span>
                <Button
                  look="quiet"
                  size="small"
                  onClick={() => onChange({ files: files.filter((each) => each !== file) })}
                >
                  {t('common.remove', { name: file.name })}
                </Button>
              </li>
            ))}
          </ul>
          <input
            ref={more}
            type="file"
            multiple
            hidden
            onChange={({ target }) => {
              const added = [...(target.files ?? [])]
              const names = new Set(added.map(({ name }) => name))
              onChange({ files: [...files.filter(({ name }) => !names.has(name)), ...added] })
              target.value = ''
            }}
          />
        </div>
      </div>
    </Card>
  )
}
