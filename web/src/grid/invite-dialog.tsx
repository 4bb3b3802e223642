import type { Grid } from '@golem/api'
import { Check, Copy } from 'lucide-react'
import encodeQR from 'qr'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Modal } from '../ui/modal.tsx'
import { Notice } from '../ui/notice.tsx'

/** The link, and a code of it to be scanned. */
export function InviteDialog({ grid, onDone }: { grid: NonNullable<Grid>; onDone: () => void }) {
  const { t } = useTranslation()
  const [isCopied, setCopied] = useState(false)
  const { invite } = grid
  const code = useMemo(() => encodeQR(invite, 'raw', { ecc: 'low', border: 2 }), [invite])
  const copy = async () => {
    await navigator.clipboard.writeText(invite)
    setCopied(true)
  }
  return (
    <Modal isOpen onOpen={(isOpen) => !isOpen && onDone()} title={t('grid.inviteTo', { name: grid.name })}>
      <div className="space-y-4">
        <Notice tone="warn" title={t('grid.inviteSecret')}>
          {t('grid.inviteSecretAbout')}
        </Notice>
        <svg
          role="img"
          aria-label={t('grid.code')}
          viewBox={`0 0 ${code.length} ${code.length}`}
          className="mx-auto w-full max-w-72 rounded-lg bg-white"
          shapeRendering="crispEdges"
        >
          <path d={pathOf(code)} fill="black" />
        </svg>
        <output data-testid="invite" className="block break-all rounded-lg bg-raised p-3 font-mono text-xs">
          {invite}
        </output>
        <div className="flex justify-end">
          <Button look="primary" onClick={() => void copy()}>
            {isCopied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
            {t(isCopied ? 'grid.copied' : 'grid.copy')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}

/** A square for each dark module. */
const pathOf = (code: readonly (readonly boolean[])[]): string =>
  code.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
