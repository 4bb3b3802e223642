import type { Prices as ApiPrices, Examination } from '@golem/api'
import type { Prices } from '@golem/roles'
import type { ExaminationsApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'

export const createExaminationsApi = ({ requestor, sandbox, apps }: DaemonParts): ExaminationsApi => ({
  examine: async ({ app, parameters }, options) => {
    if (sandbox.trouble) throw sandbox.trouble
    const [trouble] = apps.troubles
    if (trouble && apps.loaded.length === 0) throw trouble
    const { inspection, estimate, picture, prices, ...rest } = await requestor.examine({ app, parameters }, options)
    return {
      ...rest,
      inspection: inspection as Examination['inspection'],
      estimate: estimate as Examination['estimate'],
      picture: picture === null ? null : `data:image/png;base64,${Buffer.from(picture).toString('base64')}`,
      prices: toApiPrices(app, prices),
    }
  },
  prices: async (app) => toApiPrices(app, await requestor.prices(app)),
})

const toApiPrices = (app: string, { expectedWei, leastWei, mostWei, ...rest }: Prices): ApiPrices => ({
  app,
  ...rest,
  expectedWei: expectedWei?.toString() ?? null,
  leastWei: leastWei?.toString() ?? null,
  mostWei: mostWei?.toString() ?? null,
})
