import { KeyRound } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Empty } from '../ui/empty.tsx'
import { Preferences } from './preferences.tsx'

/** This browser has no session: the command line has the key. */
export function SignedOut() {
  const { t } = useTranslation()
  const isUsed = new URLSearchParams(window.location.search).get('link') === 'used'
  return (
    <main className="mx-auto flex min-h-dvh max-w-lg flex-col items-center justify-center gap-4 p-6">
      <h1 className="sr-only">Golem</h1>
      <Empty icon={KeyRound} title={t(isUsed ? 'signedOut.used' : 'signedOut.title')}>
        <p>{t('signedOut.remedy')}</p>
        <pre className="mt-4 rounded-lg bg-raised px-4 py-3 font-mono text-ink">golem app</pre>
      </Empty>
      <Preferences />
    </main>
  )
}
