import type { Grid } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { DoorOpen, KeyRound, LogOut, Plus, QrCode } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { gridQuery } from '../api/queries.ts'
import { useRestart } from '../api/use-restart.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { Notice } from '../ui/notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Stat } from '../ui/stat.tsx'
import { ChangeGrid, type ChangeName } from './change-grid.tsx'
import { InviteDialog } from './invite-dialog.tsx'

/** The private grid, and how one begins, is entered and is left. */
export function GridCard() {
  const { t } = useTranslation()
  const query = useQuery(gridQuery)
  const restart = useRestart()
  const [asked, setAsked] = useState<ChangeName | 'invite' | null>(null)
  return (
    <Card title={t('grid.private')}>
      {restart.isMoving ? (
        <Notice title={t('grid.moving')}>{t('grid.movingAbout')}</Notice>
      ) : (
        <QueryView query={query} lines={4}>
          {(grid) => (grid === null ? <None onAsk={setAsked} /> : <Belongs grid={grid} onAsk={setAsked} />)}
        </QueryView>
      )}
      {asked === 'invite' && query.data != null && <InviteDialog grid={query.data} onDone={() => setAsked(null)} />}
      {asked !== null && asked !== 'invite' && (
        <ChangeGrid
          name={asked}
          grid={query.data ?? null}
          onDone={(hasBegun) => {
            setAsked(null)
            if (hasBegun) restart.begin()
          }}
        />
      )}
    </Card>
  )
}

type Asking = { onAsk: (what: ChangeName | 'invite') => void }

function None({ onAsk }: Asking) {
  const { t } = useTranslation()
  return (
    <Empty
      icon={DoorOpen}
      title={t('grid.none')}
      action={
        <div className="flex flex-wrap justify-center gap-2">
          <Button look="primary" onClick={() => onAsk('create')}>
            <Plus aria-hidden className="size-4" />
            {t('grid.acts.create')}
          </Button>
          <Button onClick={() => onAsk('join')}>
            <DoorOpen aria-hidden className="size-4" />
            {t('grid.acts.join')}
          </Button>
        </div>
      }
    >
      {t('grid.noneAbout')}
    </Empty>
  )
}

function Belongs({ grid, onAsk }: Asking & { grid: NonNullable<Grid> }) {
  const { t } = useTranslation()
  const isHost = grid.role === 'host'
  return (
    <>
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold text-2xl" data-testid="grid-name">
          {grid.name}
        </span>
        <Badge tone={isHost ? 'accent' : 'plain'}>{t(`grid.roles.${grid.role}`)}</Badge>
      </p>
      <p className="mt-1 max-w-prose text-muted">{t(`grid.rolesAbout.${grid.role}`)}</p>
      <dl className="mt-4">
        <Stat label={t('grid.members')} value={grid.members} />
      </dl>
      <div className="mt-5 flex flex-wrap gap-2">
        <Button look="primary" onClick={() => onAsk('invite')}>
          <QrCode aria-hidden className="size-4" />
          {t('grid.invite')}
        </Button>
        {isHost ? (
          <Button onClick={() => onAsk('revoke')}>
            <KeyRound aria-hidden className="size-4" />
            {t('grid.acts.revoke')}
          </Button>
        ) : (
          <Button onClick={() => onAsk('join')}>
            <DoorOpen aria-hidden className="size-4" />
            {t('grid.joinAgain')}
          </Button>
        )}
        <Button look="danger" onClick={() => onAsk('leave')}>
          <LogOut aria-hidden className="size-4" />
          {t(isHost ? 'grid.end' : 'grid.acts.leave')}
        </Button>
      </div>
    </>
  )
}
