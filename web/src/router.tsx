import { unreachable } from '@golem/api/client'
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { RenderPage } from './render/render-page.tsx'
import { NotFound } from './shell/not-found.tsx'
import { Shell } from './shell/shell.tsx'
import { ViewFailed } from './shell/view-failed.tsx'
import { trustSearch } from './trust/trust-search.ts'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })
const view = <P extends string>(path: P, component: Parameters<typeof createRoute>[0]['component']) =>
  createRoute({ getParentRoute: () => root, path, ...(component === undefined ? {} : { component }) })

/** What keeps a view from coming is that the daemon is away; the router itself would load the page anew, and lose it. */
const later = <M extends Record<string, unknown>>(load: () => Promise<M>, name: keyof M & string) =>
  lazyRouteComponent(
    () =>
      load().catch((cause: unknown) => {
        throw unreachable(cause)
      }),
    name,
  )

export const jobRoute = createRoute({
  getParentRoute: () => root,
  path: '/jobs/$id',
  component: later(() => import('./job/job-page.tsx'), 'JobPage'),
})

const trustRoute = createRoute({
  getParentRoute: () => root,
  path: '/trust',
  validateSearch: trustSearch,
  component: later(() => import('./trust/trust-page.tsx'), 'TrustPage'),
})

// Views come when they are wanted; the first one is with the page itself.
const views = [
  jobRoute,
  trustRoute,
  view(
    '/jobs',
    later(() => import('./jobs/jobs-page.tsx'), 'JobsPage'),
  ),
  view(
    '/lending',
    later(() => import('./lending/lending-page.tsx'), 'LendingPage'),
  ),
  view(
    '/wallet',
    later(() => import('./wallet/wallet-page.tsx'), 'WalletPage'),
  ),
  view(
    '/network',
    later(() => import('./network/network-page.tsx'), 'NetworkPage'),
  ),
  view(
    '/tools',
    later(() => import('./tools/tools-page.tsx'), 'ToolsPage'),
  ),
  view(
    '/compute',
    later(() => import('./compute/compute-page.tsx'), 'ComputePage'),
  ),
  view(
    '/grid',
    later(() => import('./grid/grid-page.tsx'), 'GridPage'),
  ),
]
const tree = root.addChildren([view('/', RenderPage), ...views])

export const router = createRouter({
  routeTree: tree,
  defaultPreload: 'intent',
  defaultErrorComponent: ViewFailed,
  scrollRestoration: true,
})

/** Has the views come that were not wanted yet, so that they are there while the daemon is away. */
export function loadViews(): void {
  for (const route of views) void router.loadRouteChunk(route)?.catch(() => undefined)
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
