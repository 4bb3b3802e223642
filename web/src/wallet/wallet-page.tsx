import type { Wallet } from '@golem/api'
import { useQuery } from '@tanstack/react-query'
import { ArrowDownToLine, ArrowUpFromLine, FileKey, HandCoins, KeyRound, Send } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { statusQuery, walletQuery } from '../api/queries.ts'
import { useRestart } from '../api/use-restart.ts'
import { ChainCard } from '../chain/chain-card.tsx'
import { CrowdfundCard } from '../crowdfund/crowdfund-card.tsx'
import { glm } from '../format/amounts.ts'
import { Address } from '../ui/address.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Stat } from '../ui/stat.tsx'
import { ActDialog, type ActName } from './act-dialog.tsx'
import { BackupDialog } from './backup-dialog.tsx'
import { HistoryCard } from './history-card.tsx'
import { RestoreDialog } from './restore-dialog.tsx'

/** The money: what there is, where it is, and what became of it. */
export function WalletPage() {
  const { t } = useTranslation()
  const query = useQuery(walletQuery)
  return (
    <>
      <PageTitle title={t('shell.wallet')} about={t('wallet.about')} />
      <div className="space-y-5">
        <QueryView query={query} lines={5}>
          {(wallet) => <Balances wallet={wallet} />}
        </QueryView>
        <HistoryCard />
        <CrowdfundCard />
        <ChainCard />
      </div>
    </>
  )
}

function Balances({ wallet }: { wallet: Wallet }) {
  const { t } = useTranslation()
  const status = useQuery(statusQuery)
  const [act, setAct] = useState<ActName | null>(null)
  const [asked, setAsked] = useState<'backup' | 'restore' | null>(null)
  const restart = useRestart()
  const owed = BigInt(wallet.owedToMeWei) + BigInt(wallet.owedByMeWei)
  return (
    <>
      {restart.isMoving && <Notice title={t('grid.moving')}>{t('restore.movingAbout')}</Notice>}
      {status.data?.chain.dev && <Notice title={t('wallet.dev')}>{t('wallet.devAbout')}</Notice>}
      {!wallet.keyEncrypted && status.data?.chain.dev === false && (
        <Notice tone="warn" title={t('wallet.plainKey')}>
          {t('wallet.plainKeyRemedy')}
        </Notice>
      )}
      <div className="grid gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Card title={t('wallet.balance')} aside={<Address of={wallet.address} />}>
          <p className="font-semibold text-3xl tabular-nums tracking-tight" data-testid="free">
            {glm(wallet.freeWei)}
          </p>
          <p className="text-muted">{t('wallet.freeAbout')}</p>
          <dl className="mt-5 grid grid-cols-2 gap-4 sm:grid-cols-3">
            <Stat label={t('wallet.wallet')} value={glm(wallet.walletWei)} about={t('wallet.walletAbout')} />
            <Stat label={t('wallet.locked')} value={glm(wallet.lockedWei)} about={t('wallet.lockedAbout')} />
            <Stat
              label={t('wallet.gas')}
              value={glm(wallet.gasWei).replace('GLM', 'ETH')}
              about={t('wallet.gasAbout')}
            />
          </dl>
          <div className="mt-5 flex flex-wrap gap-2">
            <Button look="primary" onClick={() => setAct('deposit')}>
              <ArrowDownToLine aria-hidden className="size-4" />
              {t('wallet.acts.deposit')}
            </Button>
            <Button onClick={() => setAct('withdraw')} disabled={wallet.freeWei === '0'}>
              <ArrowUpFromLine aria-hidden className="size-4" />
              {t('wallet.acts.withdraw')}
            </Button>
            <Button onClick={() => setAct('send')}>
              <Send aria-hidden className="size-4" />
              {t('wallet.acts.send')}
            </Button>
            <Button look="quiet" onClick={() => setAsked('backup')}>
              <FileKey aria-hidden className="size-4" />
              {t('backup.title')}
            </Button>
            <Button look="quiet" onClick={() => setAsked('restore')}>
              <KeyRound aria-hidden className="size-4" />
              {t('restore.title')}
            </Button>
          </div>
        </Card>
        <Card title={t('wallet.between')}>
          <dl className="grid grid-cols-2 gap-4">
            <Stat label={t('wallet.earned')} value={glm(wallet.earnedWei)} />
            <Stat label={t('wallet.spent')} value={glm(wallet.spentWei)} />
            <Stat label={t('wallet.owedToMe')} value={glm(wallet.owedToMeWei)} about={t('wallet.owedToMeAbout')} />
            <Stat label={t('wallet.owedByMe')} value={glm(wallet.owedByMeWei)} about={t('wallet.owedByMeAbout')} />
          </dl>
          <Button className="mt-5" onClick={() => setAct('settle')} disabled={owed === 0n}>
            <HandCoins aria-hidden className="size-4" />
            {t('wallet.acts.settle')}
          </Button>
        </Card>
      </div>
      {asked === 'backup' && <BackupDialog wallet={wallet} onDone={() => setAsked(null)} />}
      {asked === 'restore' && (
        <RestoreDialog
          wallet={wallet}
          onDone={(hasBegun) => {
            setAsked(null)
            if (hasBegun) restart.begin()
          }}
        />
      )}
      {act !== null && <ActDialog name={act} wallet={wallet} onDone={() => setAct(null)} />}
    </>
  )
}
