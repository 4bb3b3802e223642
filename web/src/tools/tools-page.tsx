import { useTranslation } from 'react-i18next'
import { PageTitle } from '../ui/page-title.tsx'
import { DataCard } from './data-card.tsx'
import { DoctorCard } from './doctor-card.tsx'
import { ImagesCard } from './images-card.tsx'
import { StartCard } from './start-card.tsx'

/** What this machine can run, what is missing, how its daemon runs, and what it keeps. */
export function ToolsPage() {
  const { t } = useTranslation()
  return (
    <>
      <PageTitle title={t('shell.tools')} about={t('tools.about')} />
      <div className="grid gap-5 xl:grid-cols-2">
        <DoctorCard />
        <div className="grid content-start gap-5">
          <DataCard />
          <ImagesCard />
          <StartCard />
        </div>
      </div>
    </>
  )
}
