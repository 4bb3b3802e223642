import { ChevronDown } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { Card } from '../ui/card.tsx'
import { Choice } from '../ui/choice.tsx'
import { TextField } from '../ui/field.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { CheckChoice } from './check-choice.tsx'
import { countFrames, sizeOf } from './choices.ts'
import type { ChoicesProps } from './choices-props.ts'
import { MoreChoices } from './more-choices.tsx'

const SHARES = ['25', '50', '75', '100', 'custom'] as const

export function ChoicesForm({ scene, choices, problems, onChange, onLook }: ChoicesProps) {
  const { t } = useTranslation()
  const { file } = scene
  const isFramesWrong = countFrames(choices.frames, 1) === null
  const size = sizeOf(choices, scene)
  const isSamplesWrong = choices.samples !== '' && !/^[1-9]\d{0,6}$/.test(choices.samples)
  return (
    <Card title={t('render.options')}>
      <div className="grid grid-cols-2 gap-x-4 gap-y-4">
        <TextField
          label={t('render.frames')}
          hint={t('render.framesHint')}
          problem={isFramesWrong && t('render.framesWrong')}
          value={choices.frames}
          onText={(frames) => onChange({ frames })}
          autoComplete="off"
        />
        <TextField
          label={t('render.step')}
          inputMode="numeric"
          value={choices.frameStep}
          onText={(frameStep) => onChange({ frameStep: frameStep.replace(/\D/g, '') })}
        />
        <div className="col-span-2">
          <Segmented
            label={t('render.size')}
            hint={size === null ? t('render.sizeWrong') : `${size.width}×${size.height}`}
            value={choices.resolution}
            options={SHARES.map((share) => ({
              value: share as string,
              label: share === 'custom' ? t('render.custom') : `${share} %`,
            }))}
            onValue={(resolution) => onChange({ resolution })}
          />
        </div>
        {choices.resolution === 'custom' && (
          <>
            <TextField
              label={t('render.width')}
              unit="px"
              value={choices.width}
              onText={(width) => onChange({ width })}
            />
            <TextField
              label={t('render.height')}
              unit="px"
              value={choices.height}
              onText={(height) => onChange({ height })}
            />
          </>
        )}
        <TextField
          label={t('render.samples')}
          hint={t('render.samplesHint')}
          problem={isSamplesWrong && t('render.samplesWrong')}
          inputMode="numeric"
          value={choices.samples}
          onText={(samples) => onChange({ samples })}
        />
        <Choice
          label={t('render.format')}
          value={choices.format}
          options={[
            { value: 'file', label: t('render.formatFile', { format: file?.format ?? 'PNG' }) },
            { value: 'png', label: 'PNG' },
            { value: 'exr', label: 'OpenEXR' },
            { value: 'multilayer-exr', label: t('render.multilayer') },
            { value: 'jpeg', label: 'JPEG' },
            { value: 'tiff', label: 'TIFF' },
          ]}
          onValue={(format) => onChange({ format })}
        />
        <TextField
          label={t('render.budget')}
          hint={t('render.budgetHint')}
          problem={problems.budget && t('render.budgetWrong')}
          unit="GLM"
          inputMode="decimal"
          placeholder={t('render.budgetAuto')}
          value={choices.budget}
          onText={(budget) => onChange({ budget })}
        />
        <TextField
          label={t('render.deadline')}
          problem={problems.deadline && t('render.deadlineWrong')}
          unit={t('render.hours')}
          inputMode="decimal"
          value={choices.deadlineHours}
          onText={(deadlineHours) => onChange({ deadlineHours })}
        />
        <div className="col-span-2">
          <CheckChoice choices={choices} onChange={onChange} />
        </div>
      </div>
      <Collapsible.Root className="mt-4 border-t pt-3">
        <Collapsible.Trigger className="group flex w-full items-center justify-between rounded py-1 font-medium text-[13px]">
          {t('render.more')}
          <ChevronDown
            aria-hidden
            className="size-4 text-muted transition-transform group-data-[state=open]:rotate-180"
          />
        </Collapsible.Trigger>
        <Collapsible.Content className="grid grid-cols-1 gap-4 pt-3 sm:grid-cols-2">
          <MoreChoices scene={scene} choices={choices} problems={problems} onChange={onChange} onLook={onLook} />
        </Collapsible.Content>
      </Collapsible.Root>
    </Card>
  )
}
