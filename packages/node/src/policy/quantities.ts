import type { z } from 'zod'

const SIZES = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 }
const TIMES = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

const reader =
  (units: Readonly<Record<string, number>>, example: string) =>
  (value: number | string, context: z.core.$RefinementCtx<unknown>): number => {
    if (typeof value === 'number') return value
    const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([A-Za-z]+)$/.exec(value.trim()) ?? []
    const result = Math.round(Number(amount) * (units[unit] ?? Number.NaN))
    if (result > 0) return result
    context.addIssue({ code: 'custom', message: `is no ${example}`, input: value })
    return 0
  }

/** Bytes of "4GiB" or of a number of bytes. */
export const parseSize = reader(SIZES, 'size such as "4GiB"')
/** Milliseconds of "30m" or of a number of milliseconds. */
export const parseDuration = reader(TIMES, 'time such as "30m"')
