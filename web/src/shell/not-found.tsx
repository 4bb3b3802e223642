import { Link } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'

export function NotFound() {
  const { t } = useTranslation()
  return (
    <Empty
      icon={Compass}
      title={t('shell.notFound')}
      action={
        <Button asChild>
          <Link to="/">{t('shell.render')}</Link>
        </Button>
      }
    />
  )
}
