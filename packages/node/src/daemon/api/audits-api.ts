import type { AuditsView } from '@golem/api'
import { GolemError } from '@golem/protocol'
import type { AuditsApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'

/** Audits that are shown, of each kind. */
const MAX_SHOWN = 100

export function createAuditsApi(parts: DaemonParts): AuditsApi {
  const { auditor, requestor, apps, sandbox, signer, stakedWei } = parts
  const titleOf = (manifest: string): string =>
    apps.loaded.find(({ manifestCid }) => manifestCid === manifest)?.title ?? manifest
  const view = async (): Promise<AuditsView> => ({
    isOn: auditor.isOn(),
    stakeWei: (await stakedWei(signer.address)).toString(),
    underWay: auditor.underWay(),
    made: auditor.notes(MAX_SHOWN).map(({ manifest, feeWei, agreementId: _, ...note }) => {
      return { ...note, app: titleOf(manifest), feeWei: feeWei.toString() }
    }),
    got: requestor.audited(MAX_SHOWN).map(({ words, agreementId: _, index: __, root: ___, ...note }) => {
      return { ...note, words: words.map(({ feeWei, ...word }) => ({ ...word, feeWei: feeWei.toString() })) }
    }),
  })
  return {
    audits: view,
    changeAudits: async ({ isOn }) => {
      if (isOn && sandbox.part === null) throw sandbox.trouble
      if (isOn && apps.loaded.length === 0)
        throw new GolemError({
          code: 'APP_UNKNOWN',
          message: 'This node has no application whose work it could audit.',
          remedy: 'Run `golem doctor` to see what is missing.',
        })
      auditor.set(isOn)
      return view()
    },
  }
}
