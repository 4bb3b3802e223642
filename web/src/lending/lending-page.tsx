import type { LendingView } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { lendingQuery } from '../api/queries.ts'
import { PageTitle } from '../ui/page-title.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { EarningsCard } from './earnings-card.tsx'
import { FirstVisit } from './first-visit.tsx'
import { LendingNow } from './lending-now.tsx'
import { ListsCard } from './lists-card.tsx'
import { MachineCard } from './machine-card.tsx'
import { PolicyCard } from './policy-card.tsx'
import { ScheduleCard, SettingsCard } from './settings-cards.tsx'

/** Lending this machine: three questions at first, and then all there is to see and to say of it. */
export function LendingPage() {
  const { t } = useTranslation()
  const query = useQuery(lendingQuery)
  return (
    <>
      <PageTitle title={t('shell.lending')} about={t('lending.about')} />
      <QueryView query={query} lines={8}>
        {(view) => (view.now === null ? <FirstVisit view={view} /> : <Lends view={view} />)}
      </QueryView>
    </>
  )
}

function Lends({ view }: { view: LendingView }) {
  return (
    <div className="grid items-start gap-5 lg:grid-cols-2 2xl:grid-cols-3">
      <div className="grid gap-5">
        <LendingNow view={view} />
        <EarningsCard />
      </div>
      <div className="grid gap-5">
        <SettingsCard view={view} />
        <MachineCard view={view} />
      </div>
      <div className="grid gap-5 lg:col-span-2 lg:grid-cols-2 2xl:col-span-1 2xl:grid-cols-1">
        <ScheduleCard view={view} />
        <PolicyCard />
        <ListsCard />
      </div>
    </div>
  )
}
