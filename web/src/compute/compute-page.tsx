import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Play } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { pricesQuery, statusQuery } from '../api/queries.ts'
import { glm } from '../format/amounts.ts'
import { number } from '../format/quantities.ts'
import { sendFiles } from '../render/send-files.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { TextField } from '../ui/field.tsx'
import { Meter } from '../ui/meter.tsx'
import { Notice } from '../ui/notice.tsx'
import { PageTitle } from '../ui/page-title.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Toggle } from '../ui/toggle.tsx'
import { InputsCard } from './inputs-card.tsx'
import { PlaceField } from './place-field.tsx'
import { filesOf, jobOf, newProgram, type Program, problemsOf } from './program.ts'

/** A WebAssembly program over many inputs: chosen, measured, and started at a word. */
export function ComputePage() {
  const { t } = useTranslation()
  const status = useQuery(statusQuery)
  return (
    <>
      <PageTitle title={t('compute.title')} about={t('compute.about')} />
      <QueryView query={status} lines={6}>
        {({ apps, resultsDir }) =>
          apps.some(({ name }) => name === 'map') ? (
            <ProgramForm folder={resultsDir} />
          ) : (
            <Notice tone="warn" title={t('compute.missing')}>
              {t('compute.missingAbout')}
            </Notice>
          )
        }
      </QueryView>
    </>
  )
}

function ProgramForm({ folder }: { folder: string }) {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const prices = useQuery(pricesQuery('map'))
  const outDir = useMemo(() => `${folder}/program-${new Date().toISOString().slice(0, 19).replace(/:/g, '')}`, [folder])
  const [program, setProgram] = useState<Program>(() => newProgram(outDir))
  const [sent, setSent] = useState<{ bytes: number; of: number } | null>(null)
  const change = (part: Partial<Program>) => setProgram((before) => ({ ...before, ...part }))
  const problems = problemsOf(program)
  const isWhole = !Object.values(problems).some(Boolean)
  const order = useMutation({
    mutationFn: async () => {
      const files = filesOf(program)
      const onProgress = (bytes: number, of: number) => setSent({ bytes, of })
      const signal = new AbortController().signal
      const paths =
        files.length === 0 ? new Map<string, string>() : (await sendFiles(files, { signal, onProgress })).paths
      return daemon.createJob(jobOf(program, paths))
    },
    onSuccess: ({ id }) => navigate({ to: '/jobs/$id', params: { id } }),
  })
  return (
    <form
      className="grid gap-5 xl:grid-cols-[minmax(0,1fr)_24rem]"
      onSubmit={(event) => {
        event.preventDefault()
        if (isWhole) order.mutate()
      }}
    >
      <div className="grid content-start gap-5">
        <Card title={t('compute.program')}>
          <div className="space-y-4">
            <PlaceField
              label={t('compute.module')}
              hint={t('compute.moduleHint')}
              accept=".wasm,application/wasm"
              testId="module"
              value={program.module}
              onPlace={(module) => change({ module })}
            />
            <TextField
              label={t('compute.args')}
              hint={t('compute.argsHint')}
              value={program.args}
              onText={(args) => change({ args })}
              spellCheck={false}
              autoComplete="off"
            />
          </div>
        </Card>
        <InputsCard program={program} onChange={change} />
      </div>
      <aside className="xl:sticky xl:top-6 xl:self-start">
        <Card title={t('render.options')}>
          <div className="space-y-4">
            <TextField
              label={t('compute.share')}
              hint={t('compute.shareHint')}
              unit="%"
              inputMode="decimal"
              problem={problems.share && t('compute.shareWrong')}
              value={program.share}
              onText={(share) => change({ share })}
            />
            <TextField
              label={t('render.budget')}
              hint={t('render.budgetHint')}
              problem={problems.budget && t('render.budgetWrong')}
              unit="GLM"
              inputMode="decimal"
              placeholder={t('render.budgetAuto')}
              value={program.budget}
              onText={(budget) => change({ budget })}
            />
            <TextField
              label={t('render.deadline')}
              problem={problems.deadline && t('render.deadlineWrong')}
              unit={t('render.hours')}
              inputMode="decimal"
              value={program.deadlineHours}
              onText={(deadlineHours) => change({ deadlineHours })}
            />
            <TextField
              label={t('render.outDir')}
              hint={t('render.outDirHint')}
              value={program.outDir}
              onText={(next) => change({ outDir: next })}
              spellCheck={false}
            />
            <Toggle
              label={t('render.private')}
              hint={t('compute.privateHint')}
              isOn={program.isPrivate}
              onToggle={(isPrivate) => change({ isPrivate })}
            />
            {prices.data !== undefined && (
              <p className="text-muted text-xs">
                {prices.data.expectedWei === null
                  ? t('render.noOffers')
                  : t('compute.offers', {
                      count: prices.data.offers,
                      cores: number(prices.data.cores, i18n.language, 0),
                      price: glm(prices.data.expectedWei),
                    })}
              </p>
            )}
            {order.isPending && sent !== null && <Meter label={t('render.sending')} value={sent.bytes} max={sent.of} />}
            {order.isError && <ProblemNotice error={order.error} />}
            <Button
              look="primary"
              size="large"
              type="submit"
              className="w-full"
              disabled={!isWhole || order.isPending || order.isSuccess}
            >
              <Play aria-hidden className="size-4.5" />
              {t('render.measure')}
            </Button>
            <p className="text-muted text-xs">{t('compute.next')}</p>
          </div>
        </Card>
      </aside>
    </form>
  )
}
