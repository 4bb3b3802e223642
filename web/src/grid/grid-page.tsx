import { useTranslation } from 'react-i18next'
import { PageTitle } from '../ui/page-title.tsx'
import { ConnectionsCard } from './connections-card.tsx'
import { GridCard } from './grid-card.tsx'
import { ReachCard } from './reach-card.tsx'

/** To which grid this node belongs, how others reach it, and with whom it is connected. */
export function GridPage() {
  const { t } = useTranslation()
  return (
    <>
      <PageTitle title={t('grid.title')} about={t('grid.about')} />
      <div className="grid gap-5 xl:grid-cols-2">
        <GridCard />
        <ReachCard />
        <ConnectionsCard />
      </div>
    </>
  )
}
