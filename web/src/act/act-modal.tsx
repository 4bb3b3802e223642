import type { Act } from '@golem/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { daemon } from '../api/daemon.ts'
import { glm } from '../format/amounts.ts'
import { useSaid } from '../i18n/use-said.ts'
import { DialogEnd } from '../ui/dialog-end.tsx'
import { Modal } from '../ui/modal.tsx'
import { Notice } from '../ui/notice.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'

/** Makes ready what an act needs, such as a file that others are to read. */
export type PrepareAct = () => Act | Promise<Act>

type Props = {
  /** What is done; it stands on the button, too. */
  title: string
  about: string
  /** null as long as something is missing. */
  prepare: PrepareAct | null
  /** What there is to say before. */
  children?: ReactNode
  onDone: () => void
}

/** Something that costs gas: a person says what, is told what it would do and cost, and only then it is done. */
export function ActModal({ title, about, prepare, children, onDone }: Props) {
  const { t } = useTranslation()
  const said = useSaid()
  const queries = useQueryClient()
  const quote = useMutation({
    mutationFn: async (ready: PrepareAct) => {
      const act = await ready()
      return { act, quoted: await daemon.quote(act) }
    },
  })
  const carryOut = useMutation({
    mutationFn: (act: Act) => daemon.act(act),
    onSuccess: ({ about: done }) => {
      toast.success(said(done))
      onDone()
    },
    onSettled: () => queries.invalidateQueries(),
  })
  const { data } = quote
  const back = () => {
    quote.reset()
    carryOut.reset()
  }
  return (
    <Modal isOpen onOpen={(isOpen) => !isOpen && onDone()} title={title} about={about}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (data !== undefined) carryOut.mutate(data.act)
          else if (prepare !== null) quote.mutate(prepare)
        }}
      >
        {data === undefined ? (
          children
        ) : (
          <Notice title={said(data.quoted.about)}>
            {data.quoted.transactions === 0
              ? t('wallet.nothingToDo')
              : t('wallet.costs', {
                  count: data.quoted.transactions,
                  fee: glm(data.quoted.feeWei).replace('GLM', 'ETH'),
                })}
          </Notice>
        )}
        {(quote.isError || carryOut.isError) && <ProblemNotice error={quote.error ?? carryOut.error} />}
        {carryOut.isPending && <p role="status">{t('wallet.pending')}</p>}
        <DialogEnd
          act={data === undefined ? t('common.next') : title}
          isReady={(data !== undefined || prepare !== null) && !quote.isPending && !carryOut.isPending}
          onBack={data === undefined ? onDone : back}
          back={data === undefined ? undefined : t('common.back')}
        />
      </form>
    </Modal>
  )
}
