import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { textQuery } from '../api/queries.ts'
import { isCid } from '../format/is-cid.ts'
import { bytes } from '../format/quantities.ts'
import { Modal } from '../ui/modal.tsx'
import { QueryView } from '../ui/query-view.tsx'

type Props = {
  cid: string
  /** What stands there, such as `Evidence`. */
  title: string
}

/** The name of something that somebody wrote, which opens to be read. Lists hold any text: what is no CID is only shown. */
export function ContentLink({ cid, title }: Props) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  if (!isCid(cid)) return <code className="break-all font-mono text-xs">{cid}</code>
  return (
    <>
      <button
        type="button"
        title={t('content.read')}
        onClick={() => setOpen(true)}
        className="break-all rounded text-left font-mono text-xs underline decoration-dotted underline-offset-2 hover:text-accent"
      >
        {cid}
      </button>
      {isOpen && (
        <Modal isOpen onOpen={setOpen} title={title} about={t('content.about')} wide>
          <p className="mb-3 break-all font-mono text-muted text-xs">{cid}</p>
          <Text cid={cid} />
        </Modal>
      )}
    </>
  )
}

/** Of a stranger: shown as it is, and nothing in it is followed. */
function Text({ cid }: { cid: string }) {
  const { t } = useTranslation()
  const query = useQuery(textQuery(cid))
  return (
    <QueryView query={query} lines={6}>
      {({ text, sizeBytes }) =>
        text === null ? (
          <p className="text-muted">{t('content.noText', { size: bytes(sizeBytes) })}</p>
        ) : (
          <pre
            dir="auto"
            data-testid="content"
            className="whitespace-pre-wrap break-words rounded-lg bg-raised p-3 font-sans [unicode-bidi:isolate]"
          >
            {text}
          </pre>
        )
      }
    </QueryView>
  )
}
