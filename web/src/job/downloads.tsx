import type { JobDetail } from '@golem/api'
import { ChevronDown, Download } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'

const ITEM = 'flex cursor-default items-center rounded-md px-3 py-2 outline-none data-highlighted:bg-raised'

/** What is finished, as files. */
export function Downloads({ job }: { job: JobDetail }) {
  const { t } = useTranslation()
  const hasPngs = job.outputs.some((name) => /\.png$/i.test(name))
  const at = `/v1/jobs/${encodeURIComponent(job.id)}`
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button look={job.state === 'done' ? 'primary' : 'plain'}>
          <Download aria-hidden className="size-4" />
          {t('job.download')}
          <ChevronDown aria-hidden className="size-4" />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" className="z-50 min-w-52 rounded-lg border bg-surface p-1 shadow-lg">
          <DropdownMenu.Item asChild>
            <a className={ITEM} href={`${at}/archive`} download>
              {t('job.downloadAll')}
            </a>
          </DropdownMenu.Item>
          {hasPngs && (
            <DropdownMenu.Item asChild>
              <a className={ITEM} href={`${at}/animation`} download={`${job.title}-${job.id}.png`}>
                {t('job.downloadAnimation')}
              </a>
            </DropdownMenu.Item>
          )}
          {job.outputs
            .filter((name) => /\.(mp4|webm|mkv|avi|mov)$/i.test(name))
            .map((name) => (
              <DropdownMenu.Item key={name} asChild>
                <a className={ITEM} href={`${at}/output?name=${encodeURIComponent(name)}`} download={name}>
                  {name}
                </a>
              </DropdownMenu.Item>
            ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
