import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Layers, Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { imagesQuery } from '../api/queries.ts'
import { bytes, dateTime } from '../format/quantities.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { AddImage } from './add-image.tsx'

/** Images that programs run on. */
export function ImagesCard() {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const query = useQuery(imagesQuery)
  const [isAdding, setAdding] = useState(false)
  const remove = useMutation({
    mutationFn: (name: string) => daemon.removeImage(name),
    onSettled: () => queries.invalidateQueries({ queryKey: imagesQuery.queryKey }),
  })
  return (
    <Card
      title={t('images.title')}
      aside={
        <Button size="small" onClick={() => setAdding(true)}>
          <Plus aria-hidden className="size-4" />
          {t('images.add')}
        </Button>
      }
    >
      {remove.isError && <ProblemNotice className="mb-3" error={remove.error} />}
      <QueryView query={query} lines={2}>
        {(images) =>
          images.length === 0 ? (
            <Empty icon={Layers} title={t('images.none')}>
              {t('images.noneAbout')}
            </Empty>
          ) : (
            <ul className="divide-y">
              {images.map(({ cid, name, sizeBytes, addedAtMs }) => (
                <li key={name} className="flex flex-wrap items-center justify-between gap-2 py-2.5">
                  <div className="min-w-0">
                    <p className="font-medium">{name}</p>
                    <p className="text-muted text-xs">
                      {bytes(sizeBytes)} · {dateTime(addedAtMs, i18n.language)}
                    </p>
                    <p className="break-all font-mono text-muted text-xs">{cid}</p>
                  </div>
                  <Button look="quiet" size="small" disabled={remove.isPending} onClick={() => remove.mutate(name)}>
                    {t('common.remove', { name })}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      {isAdding && <AddImage onDone={() => setAdding(false)} />}
    </Card>
  )
}
