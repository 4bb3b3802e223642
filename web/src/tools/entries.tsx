import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { entriesQuery } from '../api/queries.ts'
import { bytes } from '../format/quantities.ts'
import { Modal } from '../ui/modal.tsx'
import { QueryView } from '../ui/query-view.tsx'

/** What is in a folder. */
export function Entries({ cid, onDone }: { cid: string; onDone: () => void }) {
  const { t } = useTranslation()
  const query = useQuery(entriesQuery(cid))
  return (
    <Modal isOpen onOpen={(isOpen) => !isOpen && onDone()} title={t('data.entries')} wide>
      <p className="mb-3 break-all font-mono text-muted text-xs">{cid}</p>
      <QueryView query={query}>
        {({ entries }) =>
          entries.length === 0 ? (
            <p className="py-4 text-muted">{t('data.noEntries')}</p>
          ) : (
            <ul className="divide-y">
              {entries.map((entry) => (
                <li key={entry.name} className="py-2">
                  <p className="flex flex-wrap justify-between gap-x-4">
                    <span className="break-all font-medium">
                      {entry.name}
                      {entry.kind === 'folder' && '/'}
                    </span>
                    <span className="text-muted tabular-nums">{bytes(entry.sizeBytes)}</span>
                  </p>
                  <p className="break-all font-mono text-muted text-xs">{entry.cid}</p>
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </Modal>
  )
}
