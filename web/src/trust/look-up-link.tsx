import { Link } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'

/** From an address to all that is known of whoever it belongs to. */
export function LookUpLink({ peer }: { peer: string }) {
  const { t } = useTranslation()
  return (
    <Button asChild look="quiet" size="small">
      <Link to="/trust" search={{ peer }} aria-label={t('trust.lookUpOf', { address: peer })}>
        <Search aria-hidden className="size-3.5" />
      </Link>
    </Button>
  )
}
