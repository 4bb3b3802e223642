import type { Grid, GridChange } from '@golem/api'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { DialogEnd } from '../ui/dialog-end.tsx'
import { TextField } from '../ui/field.tsx'
import { Modal } from '../ui/modal.tsx'
import { Notice } from '../ui/notice.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'

export type ChangeName = GridChange['act']
type Props = {
  name: ChangeName
  grid: Grid
  /** @param hasBegun the node starts anew */
  onDone: (hasBegun: boolean) => void
}

/** Asks what has to be known of a change, says what it means, and begins it. */
export function ChangeGrid({ name, grid, onDone }: Props) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const isEnd = name === 'leave' && grid?.role === 'host'
  const change = useMutation({
    mutationFn: (wanted: GridChange) => daemon.changeGrid(wanted),
    onSuccess: () => onDone(true),
  })
  const wanted = changeOf(name, text, isEnd)
  const title = isEnd ? t('grid.end') : t(`grid.acts.${name}`)
  const isWrong = name === 'create' && text !== '' && wanted === null
  return (
    <Modal
      isOpen
      onOpen={(isOpen) => !isOpen && onDone(false)}
      title={title}
      about={isEnd ? t('grid.endAbout') : t(`grid.actsAbout.${name}`)}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (wanted !== null) change.mutate(wanted)
        }}
      >
        {name === 'create' && (
          <TextField
            label={t('grid.name')}
            hint={t('grid.nameHint')}
            problem={isWrong && t('grid.nameWrong')}
            value={text}
            onText={setText}
            placeholder="studio"
            autoComplete="off"
            spellCheck={false}
          />
        )}
        {name === 'join' && (
          <TextField
            label={t('grid.invite')}
            hint={t('grid.inviteHint')}
            value={text}
            onText={setText}
            placeholder="golem://grid/…"
            autoComplete="off"
            spellCheck={false}
          />
        )}
        <Notice title={t('grid.restarts')}>{t('grid.restartsAbout')}</Notice>
        {change.isError && <ProblemNotice error={change.error} />}
        <DialogEnd
          act={title}
          isReady={wanted !== null && !change.isPending}
          isDanger={name === 'leave'}
          onBack={() => onDone(false)}
        />
      </form>
    </Modal>
  )
}

/** null while something is missing. */
function changeOf(act: ChangeName, text: string, isEnd: boolean): GridChange | null {
  if (act === 'create') return /^[a-z0-9-]{1,32}$/.test(text.trim()) ? { act, name: text.trim() } : null
  if (act === 'join') return text.trim() === '' ? null : { act, invite: text.trim() }
  if (act === 'leave') return { act, end: isEnd }
  return { act }
}
