import './index.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { Tooltip } from 'radix-ui'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { isUnreachable } from './api/problem-of.ts'
import { startI18n } from './i18n/start-i18n.ts'
import { loadViews, router } from './router.tsx'
import { startTheme } from './ui/theme.ts'

/** By then the first view is there, and in use. */
const OTHER_VIEWS_AFTER_MS = 5_000

startTheme()
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the daemon says no to, it says no to again; one that is away is asked by the next interval.
      retry: (count, error) => isUnreachable(error) && count < 2,
      retryDelay: 500,
      refetchOnWindowFocus: true,
      // Loopback needs no network.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})

await startI18n()
const root = document.getElementById('root')
if (root === null) throw new Error('the page has no root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Tooltip.Provider delayDuration={300}>
        <RouterProvider router={router} />
      </Tooltip.Provider>
    </QueryClientProvider>
  </StrictMode>,
)
// Not while somebody scrolls, where the browser can tell.
setTimeout(() => (globalThis.requestIdleCallback ?? setTimeout)(loadViews), OTHER_VIEWS_AFTER_MS)
