import type { StartChange, StartName, StartView } from '@golem/api'
import { useMutation, useQuery } from '@tanstack/react-query'
import clsx from 'clsx'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { daemon } from '../api/daemon.ts'
import { startQuery } from '../api/queries.ts'
import { useRestart } from '../api/use-restart.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Choice } from '../ui/choice.tsx'
import { Field, INPUT_LOOK, TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { QueryView } from '../ui/query-view.tsx'
import { Toggle } from '../ui/toggle.tsx'
import { changeOf, formOf, NUMBERS, type StartForm } from './start-form.ts'

/** How the daemon runs, beside what it lends and where its money lives. */
export function StartCard() {
  const { t } = useTranslation()
  const query = useQuery(startQuery)
  const restart = useRestart()
  return (
    <Card title={t('start.title')}>
      {restart.isMoving ? (
        <Notice title={t('grid.moving')}>{t('restore.movingAbout')}</Notice>
      ) : (
        <QueryView query={query} lines={6}>
          {(view) => <StartFields key={JSON.stringify(view)} view={view} onBegun={restart.begin} />}
        </QueryView>
      )}
    </Card>
  )
}

const UPNP = ['auto', 'on', 'off'] as const

function StartFields({ view: { settings, named }, onBegun }: { view: StartView; onBegun: () => void }) {
  const { t } = useTranslation()
  const [form, setForm] = useState(() => formOf(settings))
  const save = useMutation({ mutationFn: (change: StartChange) => daemon.changeStart(change), onSuccess: onBegun })
  const change = changeOf(form, settings)
  const isReady = change !== null && Object.keys(change).length > 0 && !save.isPending

  const isNamed = (name: StartName) => named.includes(name)
  const put = (part: Partial<StartForm>) => setForm({ ...form, ...part })
  const lines = (name: 'listen' | 'announce' | 'bootstrap' | 'gateways') => (
    <Field label={t(`start.${name}`)} hint={t(`start.${name}Hint`)}>
      {(ids) => (
        <textarea
          {...ids}
          rows={2}
          spellCheck={false}
          disabled={isNamed(name)}
          value={form[name]}
          onChange={({ target }) => put({ [name]: target.value })}
          className={clsx(INPUT_LOOK, 'h-auto py-2 font-mono text-[13px]')}
        />
      )}
    </Field>
  )
  const amount = (name: keyof typeof NUMBERS, unit: string) => (
    <TextField
      label={t(`start.${name}`)}
      hint={t(`start.${name}Hint`)}
      problem={NUMBERS[name](form[name]) === undefined && t('start.wrong')}
      unit={unit}
      inputMode="decimal"
      autoComplete="off"
      disabled={isNamed(name)}
      value={form[name]}
      onText={(text) => put({ [name]: text })}
    />
  )
  const toggle = (name: 'mdns' | 'relay' | 'bitswap') => (
    <Toggle
      label={t(`start.${name}`)}
      isOn={form[name]}
      disabled={isNamed(name)}
      onToggle={(isOn) => put({ [name]: isOn })}
    />
  )
  return (
    <form
      className="space-y-5"
      onSubmit={(event) => {
        event.preventDefault()
        if (change !== null && isReady) save.mutate(change)
      }}
    >
      <p className="max-w-prose text-muted">{t('start.about')}</p>
      {named.length > 0 && (
        <Notice title={t('start.named', { names: named.map((name) => t(`start.${name}`)).join(', ') })}>
          {t('start.namedRemedy')}
        </Notice>
      )}
      <Group title={t('start.reach')}>
        {lines('listen')}
        {lines('announce')}
        {lines('bootstrap')}
        <div className="space-y-2">
          {toggle('mdns')}
          {toggle('relay')}
          <Choice
            label={t('start.upnp')}
            value={form.upnp}
            options={UPNP.map((value) => ({ value, label: t(`start.upnpWays.${value}`) }))}
            disabled={isNamed('upnp')}
            onValue={(upnp) => put({ upnp })}
          />
        </div>
      </Group>
      <Group title={t('start.content')}>
        {amount('storageBytes', 'GiB')}
        {lines('gateways')}
        {toggle('bitswap')}
      </Group>
      <Group title={t('start.work')}>
        {amount('unpaidLimitWei', 'GLM')}
        {amount('offerTimeoutMs', 's')}
        {amount('glmPerEth', 'GLM')}
        <TextField
          label={t('start.runtime')}
          hint={t('start.runtimeHint')}
          spellCheck={false}
          autoComplete="off"
          disabled={isNamed('runtime')}
          value={form.runtime}
          onText={(runtime) => put({ runtime })}
        />
      </Group>
      {save.isError && <ProblemNotice error={save.error} />}
      <Button look="primary" type="submit" disabled={!isReady}>
        {t('start.save')}
      </Button>
    </form>
  )
}

function Group({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 font-semibold text-[13px]">{title}</legend>
      <div className="grid gap-4 sm:grid-cols-2">{children}</div>
    </fieldset>
  )
}
