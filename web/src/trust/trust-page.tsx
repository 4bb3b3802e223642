import { getRouteApi } from '@tanstack/react-router'
import { Tabs } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { ListsCard } from '../lists/lists-card.tsx'
import { NamedCard } from '../lists/named-card.tsx'
import { OwnListCard } from '../lists/own-list-card.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { TabList } from '../ui/tab-list.tsx'
import { VettingCard } from '../vetting/vetting-card.tsx'
import { AuditsCard, GotAudits, MadeAudits } from './audits-card.tsx'
import { DisputesCard } from './disputes-card.tsx'
import { LookUp } from './look-up.tsx'
import { PartiesCard } from './parties-card.tsx'
import { StakeCard } from './stake-card.tsx'
import { asTrustTab, TRUST_TABS } from './trust-search.ts'
import { VerdictCard } from './verdict-card.tsx'

const route = getRouteApi('/trust')

/** Whom this node trusts and why, and all that it does so that others can trust it. */
export function TrustPage() {
  const { t } = useTranslation()
  const { tab = 'others', peer } = route.useSearch()
  const navigate = route.useNavigate()
  const show = (search: { tab?: string; peer?: string }) =>
    void navigate({
      search: { tab: asTrustTab(search.tab), peer: search.peer },
      replace: true,
      resetScroll: false,
    })
  return (
    <>
      <PageTitle title={t('shell.trust')} about={t('trust.about')} />
      <Tabs.Root value={tab} onValueChange={(next) => show({ tab: next })}>
        <TabList
          label={t('trust.views')}
          tabs={TRUST_TABS.map((value) => ({ value, label: t(`trust.tabs.${value}`) }))}
        />
        <Tabs.Content value="others" className="grid items-start gap-5 xl:grid-cols-2">
          <LookUp peer={peer} onPeer={(next) => show({ peer: next })} />
          <VerdictCard />
          <PartiesCard />
        </Tabs.Content>
        <Tabs.Content value="stake">
          <StakeCard />
        </Tabs.Content>
        <Tabs.Content value="disputes">
          <DisputesCard />
        </Tabs.Content>
        <Tabs.Content value="lists" className="grid items-start gap-5 xl:grid-cols-2">
          <OwnListCard />
          <NamedCard />
          <ListsCard />
        </Tabs.Content>
        <Tabs.Content value="audits" className="grid items-start gap-5 xl:grid-cols-2">
          <AuditsCard />
          <VettingCard />
          <GotAudits />
          <MadeAudits />
        </Tabs.Content>
      </Tabs.Root>
    </>
  )
}
