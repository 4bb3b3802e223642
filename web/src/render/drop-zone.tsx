import clsx from 'clsx'
import { FolderOpen, ImageUp } from 'lucide-react'
import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { type ChosenFile, droppedFiles, pickedFiles } from './collect-files.ts'

type Props = {
  onFiles: (files: Promise<ChosenFile[]>) => void
  /** A path on the daemon's machine. */
  onPath?: (path: string) => void
  title: ReactNode
  about: ReactNode
}

/** Where files are let fall, or chosen by keyboard. */
export function DropZone({ onFiles, onPath, title, about }: Props) {
  const { t } = useTranslation()
  const [isOver, setOver] = useState(false)
  const [path, setPath] = useState('')
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    onFiles(droppedFiles(event.dataTransfer))
  }
  const take = (list: FileList | null) => {
    if (list !== null && list.length > 0) onFiles(pickedFiles(list))
  }
  return (
    <section
      aria-label={t('render.drop.label')}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={clsx(
        'flex flex-col items-center gap-3 rounded-2xl border-2 border-dashed px-4 py-10 text-center transition-colors sm:py-14',
        isOver ? 'border-accent bg-accent-soft' : 'border-edge/50 bg-surface',
      )}
    >
      <span className="grid size-14 place-items-center rounded-2xl bg-accent-soft text-accent">
        <ImageUp aria-hidden className="size-7" />
      </span>
      <div>
        <p className="font-semibold text-lg">{title}</p>
        <p className="mx-auto mt-1 max-w-lg text-muted">{about}</p>
      </div>
      <div className="flex flex-wrap justify-center gap-2">
        <Button look="primary" onClick={() => files.current?.click()}>
          {t('render.drop.choose')}
        </Button>
        <Button onClick={() => folder.current?.click()}>
          <FolderOpen aria-hidden className="size-4" />
          {t('render.drop.folder')}
        </Button>
      </div>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        data-testid="files"
        onChange={(event) => {
          take(event.target.files)
          event.target.value = ''
        }}
      />
      <input
        ref={folder}
        type="file"
        hidden
        {...{ webkitdirectory: '' }}
        onChange={(event) => {
          take(event.target.files)
          event.target.value = ''
        }}
      />
      {onPath && (
        <form
          className="mt-2 flex w-full max-w-lg items-end gap-2 text-left"
          onSubmit={(event) => {
            event.preventDefault()
            if (path.trim() !== '') onPath(path.trim())
          }}
        >
          <TextField
            className="flex-1"
            label={t('render.drop.path')}
            placeholder="/home/ada/scene.blend"
            value={path}
            onText={setPath}
            spellCheck={false}
            autoComplete="off"
          />
          <Button type="submit" disabled={!path.trim().startsWith('/')}>
            {t('render.drop.open')}
          </Button>
        </form>
      )}
    </section>
  )
}
