import type { NewImage } from '@golem/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { imagesQuery } from '../api/queries.ts'
import { DialogEnd } from '../ui/dialog-end.tsx'
import { TextField } from '../ui/field.tsx'
import { Modal } from '../ui/modal.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { type ImageText, isNewImage, NO_IMAGE, newImageOf } from './new-image.ts'

/** An image that is made already, or one of a folder with a root file system. */
export function AddImage({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [text, setText] = useState(NO_IMAGE)
  const change = (part: Partial<ImageText>) => setText((before) => ({ ...before, ...part }))
  const add = useMutation({
    mutationFn: (image: NewImage) => daemon.addImage(image),
    onSuccess: onDone,
    onSettled: () => queries.invalidateQueries({ queryKey: imagesQuery.queryKey }),
  })
  const isWhole = isNewImage(text)
  return (
    <Modal isOpen onOpen={(isOpen) => !isOpen && onDone()} title={t('images.add')} about={t('images.addAbout')}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isWhole) add.mutate(newImageOf(text))
        }}
      >
        <Segmented
          label={t('images.of')}
          value={text.of}
          options={(['layout', 'rootfs'] as const).map((value) => ({ value, label: t(`images.ofs.${value}`) }))}
          onValue={(of) => change({ of })}
        />
        <TextField
          label={t('images.name')}
          hint={t('images.nameHint')}
          value={text.name}
          onText={(name) => change({ name })}
          placeholder="tools"
          autoComplete="off"
          spellCheck={false}
        />
        <TextField
          label={t('images.folder')}
          hint={t(`images.folderHints.${text.of}`)}
          value={text.folder}
          onText={(folder) => change({ folder })}
          placeholder="/home/ada/layout"
          autoComplete="off"
          spellCheck={false}
        />
        {text.of === 'rootfs' && (
          <>
            <TextField
              label={t('images.command')}
              hint={t('images.commandHint')}
              value={text.command}
              onText={(command) => change({ command })}
              placeholder="/usr/bin/python3"
              autoComplete="off"
              spellCheck={false}
            />
            <TextField
              label={t('images.env')}
              hint={t('images.envHint')}
              value={text.env}
              onText={(env) => change({ env })}
              placeholder="LANG=C.UTF-8"
              autoComplete="off"
              spellCheck={false}
            />
            <TextField
              label={t('images.cwd')}
              value={text.cwd}
              onText={(cwd) => change({ cwd })}
              autoComplete="off"
              spellCheck={false}
            />
          </>
        )}
        {add.isPending && <p role="status">{t('data.working')}</p>}
        {add.isError && <ProblemNotice error={add.error} />}
        <DialogEnd act={t('common.add')} isReady={isWhole && !add.isPending} onBack={onDone} />
      </form>
    </Modal>
  )
}
