import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Button } from './button.tsx'

/** Takes a text to the clipboard, and says that it did. */
export function CopyButton({ label, done, text }: { label: string; done: string; text: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 1_500)
  }
  const Icon = isCopied ? Check : Copy
  return (
    <Button size="small" onClick={() => void copy()}>
      <Icon aria-hidden className="size-4" />
      <span aria-live="polite">{isCopied ? done : label}</span>
    </Button>
  )
}
