import { ChevronDown } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import { useTranslation } from 'react-i18next'
import { Card } from '../ui/card.tsx'
import { Choice } from '../ui/choice.tsx'
import { TextField } from '../ui/field.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Toggle } from '../ui/toggle.tsx'
import { type Choices, countFrames, sizeOf } from './choices.ts'
import type { Scene } from './scene.ts'

type Props = {
  scene: Scene
  choices: Choices
  problems: { budget: boolean; deadline: boolean }
  onChange: (change: Partial<Choices>) => void
  /** What has to be looked at in the file again. */
  onLook: (extra: Record<string, string>) => void
}

const CHECKS = ['usual', 'more', 'all'] as const
const SHARES = ['25', '50', '75', '100', 'custom'] as const

export function ChoicesForm({ scene, choices, problems, onChange, onLook }: Props) {
  const { t } = useTranslation()
  const { file } = scene
  const own = file?.scenes.find(({ name }) => name === file.scene)
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
          <Segmented
            label={t('render.check')}
            hint={t(`render.checkHints.${choices.check}`)}
            value={choices.check}
            options={CHECKS.map((value) => ({ value, label: t(`render.checks.${value}`) }))}
            onValue={(check) => onChange({ check })}
          />
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
          <TextField
            className="sm:col-span-2"
            label={t('render.outDir')}
            hint={t('render.outDirHint')}
            value={choices.outDir}
            onText={(outDir) => onChange({ outDir })}
            spellCheck={false}
          />
          <Choice
            label={t('render.movie')}
            value={choices.movie}
            options={[
              { value: 'none', label: t('render.movieNone') },
              { value: 'mp4', label: 'MP4' },
              { value: 'webm', label: 'WebM' },
            ]}
            onValue={(movie) => onChange({ movie })}
          />
          <Choice
            label={t('render.tiles')}
            value={choices.tiles}
            options={(['auto', '1x1', '2x2', '3x3', '4x4'] as const).map((value) => ({
              value,
              label: value === 'auto' ? t('render.tilesAuto') : value.replace('x', '×'),
            }))}
            onValue={(tiles) => onChange({ tiles })}
          />
          {own && own.cameras.length > 1 && (
            <Choice
              label={t('render.camera')}
              value={choices.camera}
              options={own.cameras.map((value) => ({ value, label: value }))}
              onValue={(camera) => {
                onChange({ camera })
                onLook({ camera })
              }}
            />
          )}
          {file && file.scenes.length > 1 && (
            <Choice
              label={t('render.scene')}
              value={file.scene}
              options={file.scenes.map(({ name }) => ({ value: name, label: name }))}
              onValue={(scene) => onLook({ scene })}
            />
          )}
          {own && own.viewLayers.length > 1 && (
            <Choice
              label={t('render.viewLayer')}
              value={choices.viewLayer === '' ? ALL : choices.viewLayer}
              options={[
                { value: ALL, label: t('render.viewLayerAll') },
                ...own.viewLayers.map((value) => ({ value, label: value })),
              ]}
              onValue={(layer) => onChange({ viewLayer: layer === ALL ? '' : layer })}
            />
          )}
          <div className="sm:col-span-2">
            {file?.denoise && (
              <Toggle
                label={t('render.denoiseOff')}
                hint={t('render.denoiseHint')}
                isOn={choices.denoiseOff}
                onToggle={(denoiseOff) => onChange({ denoiseOff })}
              />
            )}
            <Toggle
              label={t('render.private')}
              hint={t('render.privateHint')}
              isOn={choices.isPrivate}
              onToggle={(isPrivate) => onChange({ isPrivate })}
            />
          </div>
        </Collapsible.Content>
      </Collapsible.Root>
    </Card>
  )
}

/** No view layer has such a name. */
const ALL = '\u0000'
