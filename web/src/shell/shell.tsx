import { useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { Clapperboard, Cpu, ImagePlus, type LucideIcon, Share2, ShieldCheck, Wallet, Wrench } from 'lucide-react'
import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import { Toaster } from 'sonner'
import { isSignedOut } from '../api/problem-of.ts'
import { statusQuery } from '../api/queries.ts'
import { useComeBack } from '../api/use-come-back.ts'
import { useLiveViews } from '../api/use-live-views.ts'
import { useTheme } from '../ui/theme.ts'
import { Banner } from './banner.tsx'
import { Preferences } from './preferences.tsx'
import { SignedOut } from './signed-out.tsx'
import { StatusLine } from './status-line.tsx'

const VIEWS = [
  { to: '/', name: 'render', icon: ImagePlus },
  { to: '/jobs', name: 'jobs', icon: Clapperboard },
  { to: '/lending', name: 'lending', icon: Cpu },
  { to: '/wallet', name: 'wallet', icon: Wallet },
  { to: '/network', name: 'network', icon: Share2 },
  { to: '/trust', name: 'trust', icon: ShieldCheck },
  { to: '/tools', name: 'tools', icon: Wrench },
] as const satisfies readonly { to: string; name: string; icon: LucideIcon }[]

/** Its own are too faint to be read by everybody. */
const TOAST_COLOURS = {
  '--success-bg': 'var(--good-soft)',
  '--success-text': 'var(--good)',
  '--success-border': 'var(--good)',
  '--error-bg': 'var(--bad-soft)',
  '--error-text': 'var(--bad)',
  '--error-border': 'var(--bad)',
} as CSSProperties

/** What stands around every view: where to go, how the daemon is, and how the page looks. */
export function Shell() {
  const { t } = useTranslation()
  const theme = useTheme()
  const status = useQuery(statusQuery)
  useComeBack(status.isError)
  useLiveViews()
  if (isSignedOut(status.error)) return <SignedOut />
  return (
    <div className="min-h-dvh lg:pl-56">
      <a
        href="#view"
        className="sr-only z-50 rounded-lg bg-accent px-4 py-2 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t('shell.skip')}
      </a>
      <aside className="fixed inset-y-0 left-0 hidden w-56 flex-col border-r bg-surface p-3 lg:flex">
        <Brand />
        <nav aria-label={t('shell.views')} className="mt-4 flex flex-col gap-1">
          {VIEWS.map(({ to, name, icon: Icon }) => (
            <Link
              key={to}
              to={to}
              activeOptions={{ exact: to === '/' }}
              className="flex h-9 items-center gap-3 rounded-lg px-3 text-muted hover:bg-raised hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:font-semibold aria-[current=page]:text-accent"
            >
              <Icon aria-hidden className="size-4.5" />
              {t(`shell.${name}`)}
            </Link>
          ))}
        </nav>
        <div className="mt-auto space-y-3">
          <StatusLine />
          <Preferences />
        </div>
      </aside>
      <header className="flex items-center justify-between gap-3 border-b bg-surface px-4 py-2 lg:hidden">
        <Brand />
        <Preferences />
      </header>
      <Banner />
      <main id="view" tabIndex={-1} className="mx-auto max-w-[1680px] p-4 pb-24 outline-none sm:p-6 lg:p-8 lg:pb-10">
        <Outlet />
      </main>
      <nav
        aria-label={t('shell.views')}
        className="fixed inset-x-0 bottom-0 z-30 grid auto-cols-fr grid-flow-col border-t bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
      >
        {VIEWS.map(({ to, name, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/' }}
            className="flex min-w-0 flex-col items-center gap-0.5 py-2 text-[11px] text-muted aria-[current=page]:font-semibold aria-[current=page]:text-accent"
          >
            <Icon aria-hidden className="size-5" />
            <span className="max-w-full truncate px-0.5">{t(`shell.${name}`)}</span>
          </Link>
        ))}
      </nav>
      <Toaster
        theme={theme}
        position="bottom-right"
        richColors
        closeButton
        style={TOAST_COLOURS}
        containerAriaLabel={t('shell.messages')}
      />
    </div>
  )
}

function Brand() {
  return (
    <Link to="/" className="flex items-center gap-2.5 px-2 py-1 font-bold text-lg tracking-tight">
      <img src="/icon.svg" alt="" className="size-7" />
      Golem
    </Link>
  )
}
