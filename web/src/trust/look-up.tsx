import { useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { partyQuery } from '../api/queries.ts'
import { isAddress } from '../format/is-address.ts'
import { Address } from '../ui/address.tsx'
import { AddressField } from '../ui/address-field.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { PartyWords } from './party-words.tsx'

/** Anybody in words: what this node has seen of them, and what that leads to. */
export function LookUp({ peer, onPeer }: { peer: string | undefined; onPeer: (peer: string) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState(peer ?? '')
  return (
    <Card title={t('trust.lookUp')}>
      <form
        className="flex items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (isAddress(text)) onPeer(text.trim().toLowerCase())
        }}
      >
        <AddressField
          className="flex-1"
          label={t('trust.whom')}
          hint={t('trust.whomHint')}
          value={text}
          onText={setText}
        />
        <Button type="submit" className="mt-6" disabled={!isAddress(text)}>
          <Search aria-hidden className="size-4" />
          {t('trust.look')}
        </Button>
      </form>
      {peer === undefined ? (
        <Empty icon={Search} title={t('trust.nobodyAsked')}>
          {t('trust.nobodyAskedAbout')}
        </Empty>
      ) : (
        <Found peer={peer} />
      )}
    </Card>
  )
}

function Found({ peer }: { peer: string }) {
  const query = useQuery(partyQuery(peer))
  return (
    <div className="mt-4 border-t pt-4" data-testid="party">
      <div className="mb-2">
        <Address of={peer} />
      </div>
      <QueryView query={query} lines={4}>
        {(party) => <PartyWords party={party} />}
      </QueryView>
    </div>
  )
}
