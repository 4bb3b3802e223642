import { Tabs } from 'radix-ui'
import type { ReactNode } from 'react'

type Props = { label: string; tabs: readonly { value: string; label: ReactNode }[] }

/** Which of several parts of a view is in sight. */
export function TabList({ label, tabs }: Props) {
  return (
    <Tabs.List aria-label={label} className="mb-4 flex gap-1 overflow-x-auto border-b">
      {tabs.map((tab) => (
        <Tabs.Trigger
          key={tab.value}
          value={tab.value}
          className="-mb-px -outline-offset-2 whitespace-nowrap border-transparent border-b-2 px-3 py-2 text-muted hover:text-ink data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-ink"
        >
          {tab.label}
        </Tabs.Trigger>
      ))}
    </Tabs.List>
  )
}
