import type { Check } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { CircleAlert, CircleCheck, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { doctorQuery, statusQuery } from '../api/queries.ts'
import { useSaid } from '../i18n/use-said.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Choice } from '../ui/choice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Words } from '../ui/words.tsx'

const MACHINE = ''

/** The checks of this machine, or of one application on it, what is wrong first. */
export function DoctorCard() {
  const { t } = useTranslation()
  const [app, setApp] = useState(MACHINE)
  const status = useQuery(statusQuery)
  const query = useQuery(doctorQuery(app === MACHINE ? undefined : app))
  const apps = status.data?.apps ?? []
  return (
    <Card
      title={t('tools.doctor')}
      aside={
        <Button size="small" disabled={query.isFetching} onClick={() => void query.refetch()}>
          <RotateCw aria-hidden className={query.isFetching ? 'size-4 animate-spin' : 'size-4'} />
          {t('tools.again')}
        </Button>
      }
    >
      {apps.length > 0 && (
        <Choice
          className="mb-4 max-w-xs"
          label={t('tools.examine')}
          value={app}
          options={[
            { value: MACHINE, label: t('lending.thisMachine') },
            ...apps.map(({ name }) => ({ value: name, label: t('tools.runsApp', { name }) })),
          ]}
          onValue={setApp}
        />
      )}
      <QueryView query={query} lines={8}>
        {({ checks }) => (
          <ul className="divide-y" data-testid="checks">
            {[...checks]
              .sort((a, b) => Number(a.ok) - Number(b.ok))
              .map((check) => (
                <CheckLine key={`${check.name} ${check.detail}`} check={check} />
              ))}
          </ul>
        )}
      </QueryView>
    </Card>
  )
}

function CheckLine({ check }: { check: Check }) {
  const { t } = useTranslation()
  const said = useSaid()
  const { name, ok, detail, remedy } = check
  const Icon = ok ? CircleCheck : CircleAlert
  return (
    <li className="flex gap-3 py-2.5" data-ok={ok}>
      <Icon
        role="img"
        aria-label={t(ok ? 'tools.fine' : 'tools.wrong')}
        className={`mt-0.5 size-4.5 shrink-0 ${ok ? 'text-good' : 'text-bad'}`}
      />
      <div className="min-w-0">
        <p className="font-medium">{said(name)}</p>
        <p className="break-words text-muted">
          <Words text={said(detail)} />
        </p>
        {!ok && remedy !== undefined && (
          <p className="mt-1 break-words">
            <Words text={said(remedy)} />
          </p>
        )}
      </div>
    </li>
  )
}
