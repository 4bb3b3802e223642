import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { daemon } from '../api/daemon.ts'
import { dataQuery, statusQuery } from '../api/queries.ts'
import { bytes } from '../format/quantities.ts'
import { DialogEnd } from '../ui/dialog-end.tsx'
import { TextField } from '../ui/field.tsx'
import { Modal } from '../ui/modal.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { Segmented } from '../ui/segmented.tsx'

const ENDS = ['keep', 'write', 'car'] as const
type End = (typeof ENDS)[number]
const CID = /^(b[a-z2-7]{20,200}|Qm[1-9A-HJ-NP-Za-km-z]{44})$/

type Props = {
  /** Of what is here; null: of anything. */
  cid: string | null
  onDone: () => void
}

/** Content from peers or gateways, or from here: to be kept, or written to the disk of the daemon's machine. */
export function FetchData({ cid, onDone }: Props) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [wanted, setWanted] = useState(cid ?? '')
  const [from, setFrom] = useState('')
  const [end, setEnd] = useState<End>(cid === null ? 'keep' : 'write')
  const [typed, setTyped] = useState<string | null>(null)
  const folder = useQuery(statusQuery).data?.resultsDir ?? '/tmp'
  const name = wanted.trim()
  const path = typed ?? `${folder}/${name}${end === 'car' ? '.car' : ''}`
  const leaving = useRef(new AbortController())
  useEffect(() => {
    const here = new AbortController()
    leaving.current = here
    return () => here.abort(new DOMException('left', 'AbortError'))
  }, [])
  const sources = from.split(/[\s,]+/).filter((each) => each !== '')
  const fetching = useMutation({
    mutationFn: () => {
      const { signal } = leaving.current
      if (end === 'keep') return daemon.pinData(name, { from: sources }, { signal })
      const to = { path, from: sources }
      return end === 'write' ? daemon.writeData(name, to, { signal }) : daemon.exportData(name, to, { signal })
    },
    onSuccess: ({ sizeBytes }) => {
      const size = bytes(sizeBytes)
      toast.success(end === 'keep' ? t('data.kept', { size }) : t('data.written', { size, path }))
      onDone()
    },
    onSettled: () => queries.invalidateQueries({ queryKey: dataQuery.queryKey }),
  })
  const isCid = CID.test(name)
  const isWhole = isCid && (end === 'keep' || path.startsWith('/'))
  return (
    <Modal
      isOpen
      onOpen={(isOpen) => !isOpen && onDone()}
      title={t(cid === null ? 'data.fetch' : 'data.write')}
      about={t('data.fetchAbout')}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isWhole) fetching.mutate()
        }}
      >
        <TextField
          label={t('data.cid')}
          problem={name !== '' && !isCid && t('data.cidWrong')}
          value={wanted}
          onText={setWanted}
          readOnly={cid !== null}
          placeholder="bafy…"
          spellCheck={false}
          autoComplete="off"
        />
        <Segmented
          label={t('data.end')}
          value={end}
          options={ENDS.filter((each) => cid === null || each !== 'keep').map((value) => ({
            value,
            label: t(`data.ends.${value}`),
          }))}
          onValue={setEnd}
        />
        {end !== 'keep' && (
          <TextField
            label={t('data.path')}
            hint={t('data.pathHint')}
            value={path}
            onText={setTyped}
            spellCheck={false}
            autoComplete="off"
          />
        )}
        {cid === null && (
          <TextField
            label={t('data.sources')}
            hint={t('data.sourcesHint')}
            value={from}
            onText={setFrom}
            spellCheck={false}
            autoComplete="off"
          />
        )}
        {fetching.isPending && <p role="status">{t('data.working')}</p>}
        {fetching.isError && <ProblemNotice error={fetching.error} />}
        <DialogEnd act={t(`data.ends.${end}`)} isReady={isWhole && !fetching.isPending} onBack={onDone} />
      </form>
    </Modal>
  )
}
