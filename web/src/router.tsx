import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { RenderPage } from './render/render-page.tsx'
import { NotFound } from './shell/not-found.tsx'
import { Shell } from './shell/shell.tsx'
import { ViewFailed } from './shell/view-failed.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })
const view = <P extends string>(path: P, component: Parameters<typeof createRoute>[0]['component']) =>
  createRoute({ getParentRoute: () => root, path, ...(component === undefined ? {} : { component }) })

export const jobRoute = createRoute({
  getParentRoute: () => root,
  path: '/jobs/$id',
  component: lazyRouteComponent(() => import('./job/job-page.tsx'), 'JobPage'),
})

// Views come when they are wanted; the first one is with the page itself.
const tree = root.addChildren([
  view('/', RenderPage),
  view(
    '/jobs',
    lazyRouteComponent(() => import('./jobs/jobs-page.tsx'), 'JobsPage'),
  ),
  jobRoute,
  view(
    '/lending',
    lazyRouteComponent(() => import('./lending/lending-page.tsx'), 'LendingPage'),
  ),
  view(
    '/wallet',
    lazyRouteComponent(() => import('./wallet/wallet-page.tsx'), 'WalletPage'),
  ),
  view(
    '/network',
    lazyRouteComponent(() => import('./network/network-page.tsx'), 'NetworkPage'),
  ),
])

export const router = createRouter({
  routeTree: tree,
  defaultPreload: 'intent',
  defaultErrorComponent: ViewFailed,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
