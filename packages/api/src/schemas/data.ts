import { z } from '@hono/zod-openapi'

/** An absolute path on the daemon's machine. */
const path = z
  .string()
  .max(4_000)
  .regex(/^\/[^\0]*$/, 'an absolute path is needed')
/** Version 1 in base32, or the older `Qm…`. */
export const contentId = z
  .string()
  .regex(/^(b[a-z2-7]{20,200}|Qm[1-9A-HJ-NP-Za-km-z]{44})$/, 'a CID is needed, such as bafy… or Qm…')
  .openapi({ example: 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e' })
const sources = z.array(z.string().max(300)).max(16, 'at most 16 sources can be named').openapi({
  description: 'Addresses that end in /p2p/ID, or URLs of gateways. Where none is named: all connected peers',
})

export const newData = z
  .object({
    path: path.optional(),
    /** Downloaded instead. */
    url: z.url({ protocol: /^https?$/, error: 'an http address is needed' }).optional(),
    /** How the content is cut and named; the second as kubo does where nobody asks for another. */
    profile: z.enum(['unixfs-v1-2025', 'unixfs-v0-2015']).optional(),
    /** Kept until it is unpinned. */
    pin: z.boolean(),
  })
  .refine(({ path, url }) => (path === undefined) !== (url === undefined), 'either a path or a url is needed')
  .openapi('NewData')
export type NewData = z.infer<typeof newData>

export const addedData = z.object({ cid: contentId, sizeBytes: z.number().int() }).openapi('AddedData')
export type AddedData = z.infer<typeof addedData>

export const importData = z.object({ path, pin: z.boolean() }).openapi('ImportData')
export type ImportData = z.infer<typeof importData>
export const importedData = z
  .object({ roots: z.array(z.object({ cid: contentId, sizeBytes: z.number().int(), isWhole: z.boolean() })) })
  .openapi('ImportedData')
export type ImportedData = z.infer<typeof importedData>

/** What is not here is fetched first. */
export const writeData = z.object({ path, from: sources }).openapi('WriteData')
export type WriteData = z.infer<typeof writeData>
export const pinData = z.object({ from: sources }).openapi('PinData')
export type PinData = z.infer<typeof pinData>

export const dataEntry = z.object({
  name: z.string(),
  cid: contentId,
  kind: z.enum(['file', 'folder']),
  sizeBytes: z.number().int(),
})
export type DataEntry = z.infer<typeof dataEntry>
export const dataFolder = z.object({ cid: contentId, entries: z.array(dataEntry) }).openapi('DataFolder')
export type DataFolder = z.infer<typeof dataFolder>

export const dataText = z
  .object({
    cid: contentId,
    sizeBytes: z.number().int(),
    /** As whoever made it wrote it; null where it is no text. */
    text: z.string().nullable(),
  })
  .openapi('DataText')
export type DataText = z.infer<typeof dataText>

export const dataOverview = z
  .object({
    usedBytes: z.number().int(),
    maxBytes: z.number().int(),
    blocks: z.number().int(),
    pinned: z.array(
      z.object({
        cid: contentId,
        /** `person`, or a job or an application that needs it. */
        owners: z.array(z.string()),
        sizeBytes: z.number().int(),
        isWhole: z.boolean(),
      }),
    ),
  })
  .openapi('DataOverview')
export type DataOverview = z.infer<typeof dataOverview>

export const clearedData = z.object({ blocks: z.number().int(), bytes: z.number().int() }).openapi('ClearedData')
export type ClearedData = z.infer<typeof clearedData>
