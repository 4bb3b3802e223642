import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { vettingQuery } from '../api/queries.ts'
import { isCid } from '../format/is-cid.ts'
import { DialogEnd } from '../ui/dialog-end.tsx'
import { TextField } from '../ui/field.tsx'
import { Modal } from '../ui/modal.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { VettingReport } from './vetting-report.tsx'

/** What somebody else saw of an application, by the CID of the report. */
export function ReportDialog({ report: given, onDone }: { report?: string; onDone: () => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [report, setReport] = useState(given ?? null)
  return (
    <Modal
      isOpen
      onOpen={(isOpen) => !isOpen && onDone()}
      title={t('vetting.read')}
      about={t('vetting.readAbout')}
      wide={report !== null}
    >
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isCid(text)) setReport(text.trim())
        }}
      >
        {report === null ? (
          <TextField
            label={t('vetting.report')}
            placeholder="bafkrei…"
            spellCheck={false}
            autoComplete="off"
            value={text}
            onText={setText}
            problem={text !== '' && !isCid(text) && t('vetting.reportWrong')}
          />
        ) : (
          <Read report={report} />
        )}
        <DialogEnd act={report === null ? t('vetting.readDo') : null} isReady={isCid(text)} onBack={onDone} />
      </form>
    </Modal>
  )
}

function Read({ report }: { report: string }) {
  const query = useQuery(vettingQuery(report))
  return (
    <QueryView query={query} lines={6}>
      {(vetting) => <VettingReport vetting={vetting} />}
    </QueryView>
  )
}
