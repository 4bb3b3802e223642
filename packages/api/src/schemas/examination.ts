import { z } from '@hono/zod-openapi'
import { weiText } from './primitives.ts'

const json = z.record(z.string(), z.json()).openapi({ type: 'object', additionalProperties: true })

export const newExamination = z
  .object({
    app: z.string(),
    /** As of a job. */
    parameters: json,
  })
  .openapi('NewExamination')
export type NewExamination = z.infer<typeof newExamination>

/** What an application asks at present, over the offers that answered. */
export const prices = z
  .object({
    app: z.string(),
    offers: z.number().int(),
    cores: z.number(),
    /** Of all cores together: the reference machine's one core has 1. */
    speed: z.number(),
    /** What a core-hour costs on average, as jobs are estimated; null without offers. */
    expectedWei: weiText.nullable(),
    leastWei: weiText.nullable(),
    mostWei: weiText.nullable(),
  })
  .openapi('Prices')
export type Prices = z.infer<typeof prices>

/** What is in the inputs of a job, before there is one. The application says what it found, in its own words. */
export const examination = z
  .object({
    inspection: json,
    estimate: json,
    summary: z.array(z.string()),
    /** Micro core-seconds of the reference machine. */
    totalUnits: z.number().int(),
    /** A first picture, as a data URL; null where the application makes none. */
    picture: z.string().nullable(),
    prices,
  })
  .openapi('Examination')
export type Examination = z.infer<typeof examination>

export const pricesQuery = z.object({ app: z.string().min(1).max(200) })
