import { z } from '@hono/zod-openapi'
import { address, cidText, timestampMs } from './primitives.ts'

/** What a program is asked while it is observed. */
const vettingRequest = z
  .object({
    method: z.string().min(1).max(60),
    params: z.record(z.string(), z.json()).openapi({ type: 'object', additionalProperties: true }),
  })
  .strict()

export const newVetting = z
  .object({
    /** An id in the registry, the CID of a manifest, or the name of an application of this node. */
    application: z.string().min(1).max(200),
    /** None: its own calibration. */
    requests: z.array(vettingRequest).max(100).default([]),
    /** A file or folder of this machine, which its program finds at /in. */
    inputs: z.string().min(1).max(4_000).optional(),
    /** Peers or gateways that may have what it is made of; none: whoever is connected. */
    from: z.array(z.string().max(1_000)).max(16).default([]),
  })
  .strict()
  .openapi('NewVetting')
export type NewVetting = z.input<typeof newVetting>
export type NewVettingBody = z.output<typeof newVetting>

/** What does not go with what an application asks for. */
export const suspicion = z
  .object({
    kind: z.enum(['network', 'escape', 'files', 'machine', 'malware', 'processes', 'limit', 'unseen']),
    what: z.string(),
  })
  .openapi('Suspicion')
export type SuspicionView = z.infer<typeof suspicion>

export const vettingView = z
  .object({
    /** CID of the signed report, by which others read it. */
    report: z.string(),
    auditor: address,
    /** Name and version. */
    application: z.string(),
    manifest: z.string(),
    /** What it asks for beside computing. */
    permissions: z.array(z.string()),
    /** `ready`, or the code of what kept its program from saying so. */
    began: z.string(),
    requests: z.array(z.object({ method: z.string(), outcome: z.string() })),
    inputs: z.string().nullable(),
    /** All that reached beyond what it was given, be it suspicious or not. */
    attempts: z.array(
      z.object({
        kind: z.enum(['network', 'read', 'write', 'call']),
        what: z.string(),
        times: z.number(),
        /** How often it got it. */
        allowed: z.number(),
      }),
    ),
    untold: z.number(),
    processes: z.object({ started: z.number(), atMost: z.number(), refused: z.number() }),
    bytesRead: z.number(),
    bytesWritten: z.number(),
    peakMemoryBytes: z.number(),
    /** The bound that ended it. */
    limit: z.string().nullable(),
    /** In what it is made of; null where no scanner looked. */
    malware: z.array(z.object({ path: z.string(), name: z.string() })).nullable(),
    /** None: it only computed. */
    suspicions: z.array(suspicion),
    atMs: timestampMs,
  })
  .openapi('Vetting')
export type VettingView = z.infer<typeof vettingView>

export const vettingParams = z.object({ report: cidText })
