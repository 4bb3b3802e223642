import { useMutation } from '@tanstack/react-query'
import { FileDown } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { problemOf } from '../api/problem-of.ts'
import { problemWords } from '../i18n/problem-words.ts'
import { Button } from '../ui/button.tsx'

type Props = {
  /** Of the file; the day is added. */
  name: string
  /** Asked when it is wanted, so that nothing is missing in it. */
  rows: () => Promise<string>
  label: string
}

/** A table for whoever keeps the books. */
export function SaveCsv({ name, rows, label }: Props) {
  const { i18n } = useTranslation()
  const save = useMutation({
    mutationFn: rows,
    onSuccess: (text) => keep(text, `${name}-${new Date().toISOString().slice(0, 10)}.csv`),
    onError: (error) => {
      const { message, remedy } = problemWords(problemOf(error), i18n.language)
      toast.error(message, { description: remedy })
    },
  })
  return (
    <Button size="small" disabled={save.isPending} onClick={() => save.mutate()}>
      <FileDown aria-hidden className="size-4" />
      {label}
    </Button>
  )
}

/** By its mark at the start a spreadsheet knows that it is UTF-8. */
function keep(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
