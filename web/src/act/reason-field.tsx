import { FileText } from 'lucide-react'
import { useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { isCid } from '../format/is-cid.ts'
import { sendFiles } from '../render/send-files.ts'
import { Button } from '../ui/button.tsx'

/** What is typed, what is in a file, or where others keep it. */
export type Reason = { text: string; file: File | null }
export const NO_REASON: Reason = { text: '', file: null }
export const isReason = ({ text, file }: Reason): boolean => file !== null || text.trim() !== ''

/** The CID of a reason, which the daemon keeps for others to read. */
export async function keepReason({ text, file }: Reason): Promise<string> {
  if (file === null && isCid(text)) return text.trim()
  const said = file ?? new Blob([`${text.trim()}\n`], { type: 'text/plain' })
  const path = file?.name ?? 'reason.txt'
  const sent = await sendFiles([{ path, file: said }], { signal: new AbortController().signal, onProgress: () => {} })
  const { cid } = await daemon.addData({ path: sent.paths.get(path) ?? '', pin: true })
  return cid
}

type Props = { label: string; value: Reason; onReason: (reason: Reason) => void }

/** Why somebody judges, or an answer to that: for everybody to read. */
export function ReasonField({ label, value, onReason }: Props) {
  const { t } = useTranslation()
  const id = useId()
  const files = useRef<HTMLInputElement>(null)
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium text-[13px]">
        {label}
      </label>
      <textarea
        id={id}
        rows={5}
        aria-describedby={`${id}-about`}
        value={value.text}
        disabled={value.file !== null}
        onChange={({ target }) => onReason({ text: target.value, file: null })}
        className="w-full rounded-lg border border-edge/60 bg-surface px-3 py-2 disabled:opacity-60"
      />
      <p id={`${id}-about`} className="mt-1 text-muted text-xs">
        {t('registry.reasonHint')}
      </p>
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <Button size="small" onClick={() => files.current?.click()}>
          <FileText aria-hidden className="size-4" />
          {t('registry.fromFile')}
        </Button>
        {value.file !== null && (
          <>
            <span className="min-w-0 break-all text-[13px]">{value.file.name}</span>
            <Button look="quiet" size="small" onClick={() => onReason(NO_REASON)}>
              {t('common.remove', { name: value.file.name })}
            </Button>
          </>
        )}
      </div>
      <input
        ref={files}
        type="file"
        hidden
        onChange={({ target }) => {
          const [file] = target.files ?? []
          if (file !== undefined) onReason({ text: '', file })
          target.value = ''
        }}
      />
    </div>
  )
}
