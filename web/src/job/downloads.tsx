import type { JobDetail } from '@golem/api'
import { ChevronDown, Download } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { problemOf } from '../api/problem-of.ts'
import { problemWords } from '../i18n/problem-words.ts'
import { Button } from '../ui/button.tsx'
import { downloadVideo } from './download-video.ts'

const ITEM = 'flex cursor-default items-center rounded-md px-3 py-2 outline-none data-highlighted:bg-raised'

/** What is finished, as files. */
export function Downloads({ job }: { job: JobDetail }) {
  const { t, i18n } = useTranslation()
  const pictures = job.outputs.filter((name) => /^[^/]+\.(png|jpe?g|tiff?|exr)$/i.test(name))
  const saveVideo = () => {
    const words = (error: unknown) => problemWords(problemOf(error), i18n.language)
    toast.promise(downloadVideo(job.id), {
      loading: t('job.videoMaking'),
      success: t('job.videoMade'),
      error: (error: unknown) => ({ message: words(error).message, description: words(error).remedy }),
    })
  }
  const hasPngs = job.outputs.some((name) => /\.png$/i.test(name))
  const at = `/v1/jobs/${encodeURIComponent(job.id)}`
  return (
    <DropdownMenu.Root modal={false}>
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
          {pictures.length > 1 && (
            <DropdownMenu.Item className={ITEM} onSelect={saveVideo}>
              {t('job.downloadVideo')}
            </DropdownMenu.Item>
          )}
          {pictures.length > 0 && (
            <DropdownMenu.Item asChild>
              <a className={ITEM} href={`${at}/animation`} download={`${job.title}-${job.id}.png`}>
                {t(hasPngs ? 'job.downloadAnimation' : 'job.downloadSmall')}
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
