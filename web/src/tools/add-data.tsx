import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { daemon } from '../api/daemon.ts'
import { dataQuery } from '../api/queries.ts'
import { bytes } from '../format/quantities.ts'
import { type ChosenFile, listedFiles } from '../render/collect-files.ts'
import { sendFiles } from '../render/send-files.ts'
import { Button } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { DialogEnd } from '../ui/dialog-end.tsx'
import { TextField } from '../ui/field.tsx'
import { Meter } from '../ui/meter.tsx'
import { Modal } from '../ui/modal.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Toggle } from '../ui/toggle.tsx'

const WAYS = ['files', 'place', 'car'] as const
type Way = (typeof WAYS)[number]
const PROFILES = ['unixfs-v1-2025', 'unixfs-v0-2015'] as const

/** Files of this browser, of the daemon's machine or of the web become content; a CAR file is taken as it is. */
export function AddData({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [way, setWay] = useState<Way>('files')
  const [chosen, setChosen] = useState<ChosenFile[]>([])
  const [place, setPlace] = useState('')
  const [isKept, setKept] = useState(true)
  const [profile, setProfile] = useState<(typeof PROFILES)[number]>('unixfs-v1-2025')
  const [sent, setSent] = useState<{ bytes: number; of: number } | null>(null)
  const leaving = useRef(new AbortController())
  useEffect(() => {
    const here = new AbortController()
    leaving.current = here
    return () => here.abort(new DOMException('left', 'AbortError'))
  }, [])

  const add = useMutation({
    mutationFn: async () => {
      const { signal } = leaving.current
      const how = { pin: isKept, profile }
      if (way === 'place') {
        const at = place.trim()
        return daemon.addData({ ...(at.startsWith('/') ? { path: at } : { url: at }), ...how }, { signal })
      }
      const onProgress = (done: number, of: number) => setSent({ bytes: done, of })
      const { paths } = await sendFiles(chosen, { signal, onProgress })
      const path = rootOf(chosen, paths)
      if (way === 'files') return daemon.addData({ path, ...how }, { signal })
      const { roots } = await daemon.importData({ path, pin: isKept }, { signal })
      return {
        cid: roots.map(({ cid }) => cid).join(' '),
        sizeBytes: roots.reduce((sum, each) => sum + each.sizeBytes, 0),
      }
    },
    onSuccess: ({ cid, sizeBytes }) => {
      toast.success(t('data.added', { cid, size: bytes(sizeBytes) }))
      onDone()
    },
    onSettled: () => queries.invalidateQueries({ queryKey: dataQuery.queryKey }),
  })
  const isWhole = way === 'place' ? /^(\/|https?:\/\/)./.test(place.trim()) : chosen.length > 0
  const take = (files: FileList | null) => {
    if (files !== null && files.length > 0) setChosen(listedFiles(files))
  }
  return (
    <Modal isOpen onOpen={(isOpen) => !isOpen && onDone()} title={t('data.add')} about={t('data.addAbout')}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isWhole) add.mutate()
        }}
      >
        <Segmented
          label={t('data.from')}
          value={way}
          options={WAYS.map((value) => ({ value, label: t(`data.ways.${value}`) }))}
          onValue={(next) => {
            setWay(next)
            setChosen([])
          }}
        />
        {way === 'place' ? (
          <TextField
            label={t('data.place')}
            hint={t('data.placeHint')}
            value={place}
            onText={setPlace}
            placeholder="/home/ada/scene"
            spellCheck={false}
            autoComplete="off"
          />
        ) : (
          <Chosen way={way} chosen={chosen} onFiles={take} />
        )}
        {way !== 'car' && (
          <Choice
            label={t('data.profile')}
            hint={t('data.profileHint')}
            value={profile}
            options={PROFILES.map((value) => ({ value, label: value }))}
            onValue={setProfile}
          />
        )}
        <Toggle label={t('data.keep')} hint={t('data.keepHint')} isOn={isKept} onToggle={setKept} />
        {add.isPending && sent !== null && way !== 'place' && (
          <Meter label={t('render.sending')} value={sent.bytes} max={sent.of} />
        )}
        {add.isPending && <p role="status">{t('data.working')}</p>}
        {add.isError && <ProblemNotice error={add.error} />}
        <DialogEnd act={t('common.add')} isReady={isWhole && !add.isPending} onBack={onDone} />
      </form>
    </Modal>
  )
}

type ChosenProps = { way: Way; chosen: readonly ChosenFile[]; onFiles: (files: FileList | null) => void }

function Chosen({ way, chosen, onFiles }: ChosenProps) {
  const { t } = useTranslation()
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const size = chosen.reduce((sum, { file }) => sum + file.size, 0)
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button onClick={() => files.current?.click()}>{t('data.chooseFile')}</Button>
      {way === 'files' && <Button onClick={() => folder.current?.click()}>{t('render.drop.folder')}</Button>}
      <span className="min-w-0 break-all text-muted text-xs">
        {chosen.length > 0 && `${chosen[0]?.path.split('/')[0]} · ${bytes(size)}`}
      </span>
      <input ref={files} type="file" hidden data-testid="data-file" onChange={({ target }) => onFiles(target.files)} />
      <input
        ref={folder}
        type="file"
        hidden
        {...{ webkitdirectory: '' }}
        onChange={({ target }) => onFiles(target.files)}
      />
    </div>
  )
}

/** The one file, or the folder that all of them are in, where the daemon has it. */
function rootOf(chosen: readonly ChosenFile[], paths: ReadonlyMap<string, string>): string {
  const [first] = chosen
  const there = paths.get(first?.path ?? '') ?? ''
  const below = first?.path.split('/').slice(1).join('/') ?? ''
  return below === '' ? there : there.slice(0, -below.length - 1)
}
