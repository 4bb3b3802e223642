// What a command does with a home whose node need not run: one act, asked for as JSON in the one argument.
import { isAbsolute } from 'node:path'
import { address, signerFromKey, wei } from '@golem/protocol'
import { z } from 'zod'
import { prepareHome } from '../daemon/home.ts'
import { importBackup } from '../keys/import-backup.ts'
import { openKey } from '../keys/open-key.ts'
import { passwordSource } from '../keys/password.ts'
import { problemOf } from '../problem-of.ts'
import { askParent, reportToParent } from '../report.ts'
import { deployChain } from './deploy-chain.ts'
import { useChain } from './use-chain.ts'

const path = z.string().refine(isAbsolute, 'is no absolute path')
const rpcUrl = z.url({ protocol: /^https?$/, error: 'is no http address' })
const seconds = z.number().int().positive()
const common = { home: path, passwordFile: path.optional() }
const request = z.union([
  z.strictObject({ ...common, import: path }),
  z.strictObject({
    ...common,
    /** `refuse`: where nobody can be asked; the answer then says what it would cost. */
    consent: z.enum(['given', 'ask', 'refuse']),
    deploy: z.strictObject({
      rpcUrl,
      token: address.optional(),
      crowdfunding: z.strictObject({
        minimumWei: wei,
        capWei: wei,
        forS: seconds,
        company: address.optional(),
        teamLockS: seconds,
      }),
    }),
  }),
  z.strictObject({ ...common, use: z.strictObject({ rpcUrl, token: address, payments: address.optional() }) }),
])

/** Ends with the command that started it. */
const stopping = new AbortController()
process.once('SIGTERM', () => stopping.abort())
process.once('disconnect', () => stopping.abort())

async function carryOut(asked: z.output<typeof request>): Promise<object> {
  const { home } = asked
  const { signal } = stopping
  const password = passwordSource(asked.passwordFile)
  await prepareHome(home)
  if ('import' in asked) return importBackup({ home, password }, asked.import)
  if ('use' in asked) return useChain({ home, signal }, asked.use)
  const agree = async (what: string): Promise<boolean> =>
    asked.consent === 'given' || (asked.consent === 'ask' && (await askParent({ confirm: what })) === true)
  // As it lies there: a chain to play with needs no password.
  const { key } = await openKey(home, { dev: true, password })
  return deployChain({ signer: signerFromKey(key), agree, signal }, asked.deploy)
}

try {
  const ready = await carryOut(request.parse(JSON.parse(process.argv[2] ?? '')))
  await reportToParent({ ready })
} catch (error) {
  await reportToParent({ problem: problemOf(error) })
  process.exitCode = 1
}
