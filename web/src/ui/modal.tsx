import clsx from 'clsx'
import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './button.tsx'

type Props = {
  title: ReactNode
  about?: ReactNode
  isOpen: boolean
  onOpen: (isOpen: boolean) => void
  children: ReactNode
  wide?: boolean
}

export function Modal({ title, about, isOpen, onOpen, children, wide = false }: Props) {
  const { t } = useTranslation()
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpen}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/55" />
        <Dialog.Content
          {...(about === undefined ? { 'aria-describedby': undefined } : {})}
          className={clsx(
            '-translate-x-1/2 fixed bottom-0 left-1/2 z-50 max-h-[92dvh] w-full overflow-y-auto rounded-t-2xl border bg-surface p-5 shadow-2xl',
            'sm:-translate-y-1/2 sm:top-1/2 sm:bottom-auto sm:w-[calc(100%-2rem)] sm:rounded-2xl',
            wide ? 'sm:max-w-5xl' : 'sm:max-w-md',
          )}
        >
          <div className="mb-3 flex items-start justify-between gap-3">
            <div className="min-w-0">
              <Dialog.Title className="font-semibold text-lg">{title}</Dialog.Title>
              {about !== undefined && <Dialog.Description className="mt-1 text-muted">{about}</Dialog.Description>}
            </div>
            <Dialog.Close asChild>
              <Button look="quiet" size="icon" aria-label={t('common.close')}>
                <X aria-hidden className="size-4" />
              </Button>
            </Dialog.Close>
          </div>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
