import { useTranslation } from 'react-i18next'
import { Choice } from '../ui/choice.tsx'
import { TextField } from '../ui/field.tsx'
import { Toggle } from '../ui/toggle.tsx'
import type { ChoicesProps } from './choices-props.ts'

/** What few people change. */
export function MoreChoices({ scene, choices, problems, onChange, onLook }: ChoicesProps) {
  const { t } = useTranslation()
  const { file } = scene
  const own = file?.scenes.find(({ name }) => name === file.scene)
  return (
    <>
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
        options={(['auto', '1x1', '2x2', '3x3', '4x4', 'custom'] as const).map((value) => ({
          value,
          label:
            value === 'auto'
              ? t('render.tilesAuto')
              : value === 'custom'
                ? t('render.custom')
                : value.replace('x', '×'),
        }))}
        onValue={(tiles) => onChange({ tiles })}
      />
      {choices.tiles === 'custom' && (
        <TextField
          label={t('render.tilesCustom')}
          hint={t('render.tilesHint')}
          problem={problems.tiles && t('render.tilesWrong')}
          value={choices.tilesText}
          onText={(tilesText) => onChange({ tilesText })}
          autoComplete="off"
        />
      )}
      <TextField
        label={t('render.patience')}
        hint={t('render.patienceHint')}
        problem={problems.patience && t('render.patienceWrong')}
        unit={t('render.minutes')}
        inputMode="decimal"
        placeholder={t('render.patienceUsual')}
        value={choices.patienceMinutes}
        onText={(patienceMinutes) => onChange({ patienceMinutes })}
      />
      <Choice
        label={t('render.auditors')}
        hint={t(`render.auditorsHints.${choices.auditors}`)}
        value={choices.auditors}
        options={(['none', 'followed', 'any'] as const).map((value) => ({
          value,
          label: t(`render.auditorsWho.${value}`),
        }))}
        onValue={(auditors) => onChange({ auditors })}
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
        <Toggle
          label={t('render.ask')}
          hint={t('render.askHint')}
          isOn={choices.isAsked}
          onToggle={(isAsked) => onChange({ isAsked })}
        />
        <Toggle
          label={t('render.unchecked')}
          hint={t('render.uncheckedHint')}
          isOn={choices.check === 'none'}
          onToggle={(isNone) => onChange({ check: isNone ? 'none' : 'usual' })}
        />
      </div>
    </>
  )
}

/** No view layer has such a name. */
const ALL = '\u0000'
