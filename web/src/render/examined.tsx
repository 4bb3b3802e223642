import type { Examination } from '@golem/api'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import clsx from 'clsx'
import { Play } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { pricesQuery, statusQuery } from '../api/queries.ts'
import { glm, weiOf } from '../format/amounts.ts'
import { duration, number } from '../format/quantities.ts'
import { useSaid } from '../i18n/use-said.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Choice } from '../ui/choice.tsx'
import { Notice } from '../ui/notice.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { type Choices, checkOf, choicesFor, parametersOf, patienceOf, tilesOf } from './choices.ts'
import { ChoicesForm } from './choices-form.tsx'
import { estimateOf } from './estimate-of.ts'
import { sceneOf } from './scene.ts'

const HOUR_MS = 3_600_000

type Props = {
  name: string
  file: string
  /** All that were sent together. */
  scenes: string[]
  examination: Examination
  /** It is examined again, with another camera or scene. */
  isLooking: boolean
  onLook: (extra: Record<string, string>) => void
  onPick: (name: string) => void
  onClear: () => void
}

/** What is in the file, what can be chosen of it, and what that costs. */
export function Examined({ name, file, scenes, examination, isLooking, onLook, onPick, onClear }: Props) {
  const { t, i18n } = useTranslation()
  const said = useSaid()
  const navigate = useNavigate()
  const status = useQuery(statusQuery)
  const scene = useMemo(() => sceneOf(examination), [examination])
  const folder = useMemo(
    () => `${status.data?.resultsDir ?? '/tmp'}/${folderName(name)}`,
    [status.data?.resultsDir, name],
  )
  const [changed, setChanged] = useState<Partial<Choices>>({})
  const choices = { ...choicesFor(scene, folder), ...changed }
  const prices = useQuery({ ...pricesQuery('blender'), initialData: examination.prices }).data
  const estimate = estimateOf(choices, scene, prices)
  const budgetWei = choices.budget.trim() === '' ? null : weiOf(choices.budget)
  const hours = Number(choices.deadlineHours)
  const isBudgetWrong = choices.budget.trim() !== '' && (budgetWei === null || budgetWei === '0')
  const isDeadlineWrong = !(hours > 0 && hours <= 360 * 24)
  const check = checkOf(choices)
  const offerTimeoutMs = patienceOf(choices)
  const problems = {
    budget: isBudgetWrong,
    deadline: isDeadlineWrong,
    tiles: tilesOf(choices) === null,
    patience: offerTimeoutMs === null,
  }
  const isWhole = estimate !== null && !Object.values(problems).some(Boolean) && choices.outDir.startsWith('/')

  const start = useMutation({
    mutationFn: () =>
      daemon.createJob({
        app: 'blender',
        parameters: {
          file,
          ...(scene.file === null || scene.file.scenes.length < 2 ? {} : { scene: scene.file.scene }),
          ...parametersOf(choices, scene),
        },
        outDir: choices.outDir,
        budgetWei,
        deadlineMs: Math.round(hours * HOUR_MS),
        confirm: choices.isAsked,
        ...(check === undefined ? {} : { check }),
        ...(choices.isPrivate ? { isPrivate: true } : {}),
        ...(choices.auditors === 'none' ? {} : { auditors: choices.auditors }),
        ...(offerTimeoutMs == null ? {} : { offerTimeoutMs }),
      }),
    onSuccess: ({ id }) => navigate({ to: '/jobs/$id', params: { id } }),
  })

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isWhole) start.mutate()
      }}
    >
      <PageTitle title={name} about={examination.summary.slice(1).map(said).join(' ')}>
        {scenes.length > 1 && (
          <Choice
            label={t('render.sceneFile')}
            value={name}
            options={scenes.map((path) => ({ value: path, label: path }))}
            onValue={onPick}
          />
        )}
        <Button onClick={onClear}>{t('render.another')}</Button>
      </PageTitle>
      <div className="grid gap-5 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="grid content-start gap-5 lg:grid-cols-2 xl:grid-cols-1 2xl:grid-cols-2">
          <Card title={t('render.first')}>
            {examination.picture === null ? (
              <p className="text-muted">{t('render.noPicture')}</p>
            ) : (
              <img
                src={examination.picture}
                alt={t('render.firstAlt', { name })}
                className={clsx(
                  'checkered max-h-[28rem] w-full rounded-lg object-contain',
                  isLooking && 'animate-pulse',
                )}
              />
            )}
            <dl className="mt-4 grid grid-cols-2 gap-x-4 gap-y-2 text-[13px] sm:grid-cols-3">
              <Fact
                name={t('render.facts.frames')}
                value={scene.file ? `${scene.file.frameStart}–${scene.file.frameEnd}` : scene.frames.length}
              />
              <Fact name={t('render.facts.size')} value={`${scene.width}×${scene.height}`} />
              <Fact name={t('render.facts.samples')} value={number(scene.samples, i18n.language, 0)} />
              <Fact name={t('render.facts.engine')} value={scene.file?.engine ?? 'CYCLES'} />
              <Fact name={t('render.facts.camera')} value={scene.file?.camera ?? '—'} />
              <Fact name={t('render.facts.savedBy')} value={`Blender ${scene.file?.savedBy ?? ''}`} />
            </dl>
            {scene.tilesReason !== null && (
              <Notice className="mt-4" title={t('render.wholeFrames')}>
                {said(scene.tilesReason)}
              </Notice>
            )}
          </Card>
          <ChoicesForm
            scene={scene}
            choices={choices}
            problems={problems}
            onChange={(change) => setChanged((before) => ({ ...before, ...change }))}
            onLook={onLook}
          />
        </div>
        <aside aria-label={t('render.estimate')} className="xl:sticky xl:top-6 xl:self-start">
          <Card title={t('render.estimate')}>
            <div aria-live="polite" className="space-y-1" data-testid="estimate">
              <p className="font-semibold text-3xl tabular-nums tracking-tight">
                {estimate?.priceWei == null ? '—' : `≈ ${glm(estimate.priceWei)}`}
              </p>
              <p className="text-muted">
                {estimate?.wallMs == null
                  ? estimate === null
                    ? t('render.notWhole')
                    : t('render.noOffers')
                  : t('render.takes', { time: duration(estimate.wallMs, i18n.language) })}
              </p>
            </div>
            <dl className="mt-4 space-y-1.5 border-t pt-3 text-[13px]">
              <Line name={t('render.facts.frames')} value={estimate?.frames ?? '—'} />
              <Line
                name={t('render.coreHours')}
                value={estimate === null ? '—' : number(estimate.coreSeconds / 3_600, i18n.language, 3)}
              />
              <Line name={t('render.price')} value={prices.expectedWei === null ? '—' : glm(prices.expectedWei)} />
              <Line
                name={t('render.offers')}
                value={t('render.offersCount', { count: prices.offers, cores: number(prices.cores, i18n.language, 0) })}
              />
            </dl>
            {choices.auditors !== 'none' && <p className="mt-3 text-muted text-xs">{t('render.auditorsCost')}</p>}
            {choices.check === 'none' && (
              <Notice tone="warn" className="mt-3" title={t('render.unchecked')}>
                {t('render.uncheckedHint')}
              </Notice>
            )}
            {prices.offers === 0 && (
              <Notice tone="warn" className="mt-3" title={t('render.nobody')}>
                {t('render.nobodyRemedy')}
              </Notice>
            )}
            {start.isError && <ProblemNotice className="mt-3" error={start.error} />}
            <Button
              look="primary"
              size="large"
              type="submit"
              className="mt-4 w-full"
              disabled={!isWhole || isLooking || start.isPending || start.isSuccess}
            >
              <Play aria-hidden className="size-4.5" />
              {choices.isAsked ? t('render.measure') : t('render.start')}
            </Button>
            <p className="mt-2 text-muted text-xs">
              {budgetWei === null ? t('render.limitDefault') : t('render.limit', { budget: glm(budgetWei) })}{' '}
              {choices.check !== 'none' && t('render.limitChecked')}
            </p>
          </Card>
        </aside>
      </div>
    </form>
  )
}

const Fact = ({ name, value }: { name: string; value: string | number }) => (
  <div className="min-w-0">
    <dt className="text-muted">{name}</dt>
    <dd className="truncate font-medium" title={String(value)}>
      {value}
    </dd>
  </div>
)
const Line = ({ name, value }: { name: string; value: string | number }) => (
  <div className="flex justify-between gap-3">
    <dt className="text-muted">{name}</dt>
    <dd className="tabular-nums">{value}</dd>
  </div>
)

/** `scene-2026-11-28-221930`: a folder of its own for each order. */
function folderName(path: string): string {
  const base = (path.split('/').at(-1) ?? 'scene').replace(/\.blend$/i, '').replace(/[^\p{L}\p{N}._-]+/gu, '-')
  const now = new Date()
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
  return `${base}-${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`
}
