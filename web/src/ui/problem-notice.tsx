import { useTranslation } from 'react-i18next'
import { problemOf } from '../api/problem-of.ts'
import { problemWords } from '../i18n/problem-words.ts'
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'
import { Words } from './words.tsx'

type Props = {
  /** What was thrown, or a problem that the daemon tells of. */
  error: unknown
  tone?: 'bad' | 'warn' | 'info'
  retry?: (() => void) | undefined
  className?: string
}

/** What went wrong, with its remedy, in the reader's language where it is a well-known failure. */
export function ProblemNotice({ error, tone = 'bad', retry, className }: Props) {
  const { t, i18n } = useTranslation()
  const { message, remedy, detail } = problemWords(problemOf(error), i18n.language)
  return (
    <Notice
      tone={tone}
      title={message}
      {...(className === undefined ? {} : { className })}
      action={
        retry && (
          <Button size="small" onClick={retry}>
            {t('common.retry')}
          </Button>
        )
      }
    >
      {remedy !== undefined && <Words text={remedy} />}
      {detail !== null && (
        <span lang="en" className="mt-1 block text-xs">
          {detail}
        </span>
      )}
    </Notice>
  )
}
