import { useTranslation } from 'react-i18next'
import { Button } from './button.tsx'

type Props = {
  /** What the form of the dialog does; null once there is nothing left to do. */
  act: string | null
  isReady: boolean
  isDanger?: boolean
  isBackReady?: boolean
  onBack: () => void
  /** Default: Cancel, or Close where there is nothing left to do. */
  back?: string | undefined
}

/** The two ways out at the end of a dialog: nothing is done, or what it is about is. */
export function DialogEnd({ act, isReady, isDanger = false, isBackReady = true, onBack, back }: Props) {
  const { t } = useTranslation()
  return (
    <div className="flex justify-end gap-2">
      <Button look="quiet" onClick={onBack} disabled={!isBackReady}>
        {back ?? t(act === null ? 'common.close' : 'common.cancel')}
      </Button>
      {act !== null && (
        <Button look={isDanger ? 'danger' : 'primary'} type="submit" disabled={!isReady}>
          {act}
        </Button>
      )}
    </div>
  )
}
