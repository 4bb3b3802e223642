import { asAddress, asCid, type Manifest } from '@golem/protocol'
import { expect, it } from 'vitest'
import { boundedLimits, DEFAULT_POLICY, declineApp, declineRequestor, type ProviderPolicy } from './provider-policy.ts'

const address = (digit: string) => asAddress(`0x${digit.repeat(40)}`)
const [author, validator, stranger] = ['1', '2', '3'].map(address) as [
  ReturnType<typeof address>,
  ...ReturnType<typeof address>[],
]
const cid = asCid(`bafkrei${'a'.repeat(52)}`)
const limits = {
  memoryBytes: 8,
  pids: 8,
  cores: 2,
  wallMs: 8,
  diskBytes: 8,
  outputBytes: 8,
  outputFiles: 8,
  fileBytes: 8,
  logBytes: 8,
}
const manifest: Manifest = {
  format: 'golem-manifest/2',
  name: 'tool',
  version: '1',
  author,
  royaltyBps: 0,
  runtime: { kind: 'oci', root: 'host-tools', tools: {} },
  command: ['tool'],
  env: {},
  code: null,
  mode: 'serve',
  network: 'none',
  gpu: false,
  limits,
  calibrate: null,
}
const command: Partial<Manifest> = { runtime: { kind: 'wasm', module: null, interface: 'command' } }
const speaker: Partial<Manifest> = { runtime: { kind: 'wasm', module: null, interface: 'protocol' } }
const list = { apps: [], authors: [], requestors: [] }
const certified = [{ validator: validator as typeof author, verdict: 'certified' as const }]
const denounced = [...certified, { validator: validator as typeof author, verdict: 'denounced' as const }]
type Known = Parameters<typeof declineApp>[0]['certifications']
const decline = (policy: Partial<ProviderPolicy>, change: Partial<Manifest> = {}, certifications: Known = null) =>
  declineApp(
    { manifest: { ...manifest, ...change }, manifestCid: cid, certifications },
    { ...DEFAULT_POLICY, ...policy },
  )?.message ?? null

it('runs what is installed where nobody said otherwise', () => expect(decline({})).toBeNull())

it.each<[string | null, Partial<ProviderPolicy>, Partial<Manifest>, Known]>([
  ['deny list', { deny: { ...list, apps: ['tool'] } }, {}, null],
  ['deny list', { deny: { ...list, apps: [cid] }, allow: { ...list, apps: ['tool'] } }, {}, null],
  ['deny list', { deny: { ...list, authors: [author] } }, {}, null],
  ['not on the allow list', { run: 'listed' }, {}, certified],
  [null, { run: 'listed', allow: { ...list, apps: ['tool'] } }, {}, null],
  [null, { run: 'listed', allow: { ...list, apps: [cid] } }, {}, null],
  [null, { run: 'listed', allow: { ...list, authors: [author] } }, {}, null],
  ['No registry', { run: 'certified' }, {}, null],
  ['None of the 0 validators', { run: 'certified' }, {}, certified],
  [null, { run: 'certified', validators: [validator as typeof author] }, {}, certified],
  ['denounced', { run: 'certified', validators: [validator as typeof author] }, {}, denounced],
  [null, { run: 'certified', allow: { ...list, apps: ['tool'] } }, {}, denounced],
  ['GPU', {}, { gpu: true }, null],
  [null, { gpu: true }, { gpu: true }, null],
  ['needs the network', {}, { network: { outbound: ['example.org:443'] } }, null],
  ['not on the list of hosts', { network: 'listed' }, { network: { outbound: ['example.org:443'] } }, null],
  [null, { network: 'listed', hosts: ['example.org:443'] }, { network: { outbound: ['example.org:443'] } }, null],
  ['needs 8 bytes of memory, and is granted 7 bytes', { max: { memoryBytes: 7 } }, command, null],
  [null, { max: { memoryBytes: 8, outputBytes: 7, outputFiles: 7, wallMs: 7 } }, command, null],
  ['needs 8 bytes of memory', { max: { memoryBytes: 7 } }, speaker, null],
  ['needs 8 bytes of outputs', { max: { outputBytes: 7 } }, speaker, null],
  ['needs 8 files of outputs', { max: { outputFiles: 7 } }, speaker, null],
  [null, { max: { memoryBytes: 7, outputBytes: 7, outputFiles: 7 } }, {}, null],
  [null, { network: 'any' }, { network: { outbound: ['example.org:443'] } }, null],
])('declines with %j under %j', (reason, policy, change, known) => {
  const found = decline(policy, change, known)
  if (reason === null) expect(found).toBeNull()
  else expect(found).toContain(reason)
})

it('serves everybody, but not who is denied, and only who is allowed where somebody is', () => {
  expect(declineRequestor(author, DEFAULT_POLICY)).toBeNull()
  expect(declineRequestor(author, { ...DEFAULT_POLICY, deny: { ...list, requestors: [author] } })).not.toBeNull()
  const only = { ...DEFAULT_POLICY, allow: { ...list, requestors: [author] } }
  expect(declineRequestor(author, only)).toBeNull()
  expect(declineRequestor(stranger as typeof author, only)?.message).toContain('not on the allow list')
})

it('bounds each limit by the smaller of both, but for those that a module sees', () => {
  const max = { memoryBytes: 4, outputBytes: 4, outputFiles: 4, cores: 9 }
  expect(boundedLimits(manifest, {})).toEqual(limits)
  expect(boundedLimits(manifest, max)).toEqual({ ...limits, memoryBytes: 4, outputBytes: 4, outputFiles: 4 })
  expect(boundedLimits({ ...manifest, ...command }, max)).toEqual({ ...limits, outputBytes: 4, outputFiles: 4 })
  expect(boundedLimits({ ...manifest, ...speaker }, max)).toEqual(limits)
})
