import { exampleStart } from '@golem/api/examples'
import { expect, it } from 'vitest'
import { changeOf, formOf } from './start-form.ts'

const { settings } = exampleStart
const typed = (over: Partial<ReturnType<typeof formOf>>) => changeOf({ ...formOf(settings), ...over }, settings)

it('changes nothing where nothing was typed', () => {
  expect(typed({})).toEqual({})
})

it('gives what was typed in the units of the daemon, and nothing else', () => {
  const texts = { storageBytes: '1.5', unpaidLimitWei: '0.25', offerTimeoutMs: '30', glmPerEth: '0', runtime: ' crun ' }
  expect(typed({ ...texts, listen: ' /ip4/1.2.3.4/tcp/1 \n\n', relay: false, upnp: 'off' })).toEqual({
    storageBytes: 1.5 * 1024 ** 3,
    unpaidLimitWei: '250000000000000000',
    offerTimeoutMs: 30_000,
    glmPerEth: 0,
    runtime: 'crun',
    listen: ['/ip4/1.2.3.4/tcp/1'],
    relay: false,
    upnp: false,
  })
})

it('takes what was emptied for as the daemon does by itself', () => {
  expect(typed({ bootstrap: '', storageBytes: ' ', runtime: '' })).toEqual({
    bootstrap: null,
    storageBytes: null,
    runtime: null,
  })
})

it.each([{ storageBytes: 'much' }, { storageBytes: '0' }, { offerTimeoutMs: '-1' }, { unpaidLimitWei: 'x' }])(
  'gives nothing for %j',
  (over) => expect(typed(over)).toBeNull(),
)

it('shows again what it gave', () => {
  const next = { ...settings, upnp: true, unpaidLimitWei: '250000000000000000', offerTimeoutMs: 30_000 }
  expect(formOf(next)).toMatchObject({ upnp: 'on', unpaidLimitWei: '0.25', offerTimeoutMs: '30', storageBytes: '50' })
})
