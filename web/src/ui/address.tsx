import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { shortAddress } from '../format/quantities.ts'

/** Enough of an address to tell it from others; a click copies all of it. */
export function Address({ of }: { of: string }) {
  const { t } = useTranslation()
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(of)
    setCopied(true)
    setTimeout(() => setCopied(false), 1_500)
  }
  return (
    <button
      type="button"
      title={of}
      onClick={() => void copy()}
      className="inline-flex items-center gap-1 rounded font-mono text-[13px] hover:text-accent"
    >
      {shortAddress(of)}
      <span className="sr-only">{t('common.copyAddress')}</span>
      {isCopied ? (
        <Check aria-hidden className="size-3.5 text-good" />
      ) : (
        <Copy aria-hidden className="size-3.5 text-muted" />
      )}
    </button>
  )
}
