import type { LendingView } from '@golem/api'
import { GolemError } from '@golem/protocol'
import type { LendingApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import { toApiLendingState, toApiProvider } from '../views.ts'

export function createLendingApi({ lending, speed }: DaemonParts): LendingApi {
  const view = (): LendingView => {
    const { pricePerCoreHourWei, ...settings } = lending.settings()
    const status = lending.status()
    return {
      settings: { ...settings, pricePerCoreHourWei: pricePerCoreHourWei.toString() },
      now: toApiLendingState(status),
      sight: status?.sight ?? null,
      provider: toApiProvider(lending, speed),
    }
  }
  return {
    lending: async () => view(),
    changeLending: async ({ pauseMs, pricePerCoreHourWei, ...change }) => {
      await lending.change({
        ...change,
        pricePerCoreHourWei: pricePerCoreHourWei === undefined ? undefined : BigInt(pricePerCoreHourWei),
        pausedUntilMs: pauseMs == null ? pauseMs : Date.now() + pauseMs,
      })
      return view()
    },
    lentWork: async () => lending.provider()?.work() ?? [],
    lentWorkPicture: async (id) => {
      const picture = lending.provider()?.workPicture(id)
      if (picture) return picture
      const message = 'There is no picture of that, or none any more.'
      throw new GolemError({ code: 'PICTURE_UNKNOWN', message, remedy: 'Ask for what is computed now.' })
    },
  }
}
