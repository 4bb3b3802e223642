import type { ChainView } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { Blocks, Link2, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { chainQuery } from '../api/queries.ts'
import { useRestart } from '../api/use-restart.ts'
import { Address } from '../ui/address.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Stat } from '../ui/stat.tsx'
import { MakeContracts } from './make-contracts.tsx'
import { UseChain } from './use-chain.tsx'

type Asked = 'embedded' | 'make' | { use: string; token: string }

/** The chain that the money is on, and the way to another. */
export function ChainCard() {
  const { t } = useTranslation()
  const query = useQuery(chainQuery)
  const restart = useRestart()
  const [asked, setAsked] = useState<Asked | null>(null)
  const done = (hasBegun: boolean) => {
    setAsked(null)
    if (hasBegun) restart.begin()
  }
  return (
    <Card title={t('chain.title')}>
      {restart.isMoving ? (
        <Notice title={t('grid.moving')}>{t('restore.movingAbout')}</Notice>
      ) : (
        <QueryView query={query} lines={4}>
          {(view) => <Chain view={view} onAsk={setAsked} />}
        </QueryView>
      )}
      {asked === 'make' && (
        <MakeContracts onDone={() => setAsked(null)} onUse={(use, token) => setAsked({ use, token })} />
      )}
      {asked !== null && asked !== 'make' && (
        <UseChain
          {...(asked === 'embedded' ? { isEmbedded: true } : { rpcUrl: asked.use, token: asked.token })}
          onDone={done}
        />
      )}
    </Card>
  )
}

function Chain({ view, onAsk }: { view: ChainView; onAsk: (what: Asked) => void }) {
  const { t } = useTranslation()
  const { now, kind, remembered, isNamed } = view
  const isOther = remembered !== null && (remembered.rpcUrl !== now.rpcUrl || remembered.token !== now.token)
  return (
    <div className="space-y-4">
      <p className="max-w-prose text-muted">{t(`chain.kinds.${kind}`)}</p>
      <dl className="grid gap-4 sm:grid-cols-2" data-testid="chain">
        <Stat label={t('chain.id')} value={now.chainId} />
        <Stat label={t('chain.rpc')} value={<span className="break-all font-mono text-[13px]">{now.rpcUrl}</span>} />
        <Stat label={t('chain.token')} value={<Address of={now.token} />} />
        <Stat label={t('chain.payments')} value={<Address of={now.payments} />} />
      </dl>
      {isOther && (
        <Notice title={t('chain.remembered', { rpc: remembered.rpcUrl })}>{t('chain.rememberedAbout')}</Notice>
      )}
      {isNamed && kind === 'elsewhere' && (
        <Notice tone="warn" title={t('chain.named')}>
          {t('chain.namedRemedy')}
        </Notice>
      )}
      {kind === 'grid' ? (
        <Notice title={t('chain.inGrid')}>{t('chain.inGridRemedy')}</Notice>
      ) : (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => onAsk({ use: '', token: '' })}>
            <Link2 aria-hidden className="size-4" />
            {t('chain.use')}
          </Button>
          <Button onClick={() => onAsk('make')}>
            <Blocks aria-hidden className="size-4" />
            {t('chain.make')}
          </Button>
          {kind === 'elsewhere' && (
            <Button look="quiet" onClick={() => onAsk('embedded')}>
              <Undo2 aria-hidden className="size-4" />
              {t('chain.embedded')}
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
