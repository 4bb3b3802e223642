import { z } from '@hono/zod-openapi'
import { address, cidText } from './primitives.ts'

/** An id in the registry, or the name or CID of an application of this node. */
const applicationName = z.string().min(1).max(200)
const onApplication = { application: applicationName, reason: cidText }

export const registryActs = [
  z.object({ act: z.literal('publish'), app: applicationName }),
  z.object({ act: z.literal('deprecate'), ...onApplication }),
  z.object({ act: z.literal('certify'), ...onApplication }),
  z.object({ act: z.literal('denounce'), ...onApplication }),
  z.object({ act: z.literal('retract'), ...onApplication }),
] as const

export const registryStatement = z
  .object({
    validator: address,
    verdict: z.enum(['certified', 'denounced']),
    statedAtS: z.number(),
    /** CID, as the validator wrote it. */
    reason: z.string(),
    /** What the reason is, where it is a report of an observation that is here. */
    vetting: z.object({ auditor: address, suspicions: z.number() }).nullable(),
  })
  .openapi('RegistryStatement')

export const registryApplication = z
  .object({
    id: z.string(),
    author: address,
    name: z.string(),
    version: z.string(),
    manifest: z.string(),
    /** What it asks for beside computing. */
    permissions: z.array(z.string()),
    royaltyBps: z.number(),
    publishedAtS: z.number(),
    isDeprecated: z.boolean(),
    /** By the validators that this node believes, and by itself. */
    statements: z.array(registryStatement),
  })
  .openapi('RegistryApplication')
export type RegistryApplication = z.infer<typeof registryApplication>

export const registryView = z
  .object({
    /** The contract. */
    address,
    chainId: z.number(),
    /** Whom this node believes. */
    validators: z.array(address),
    count: z.number(),
    /** Newest first. */
    applications: z.array(registryApplication),
  })
  .openapi('Registry')
export type RegistryView = z.infer<typeof registryView>

export const registryQuery = z.object({
  /** An id, or the name or CID of an application of this node; else all. */
  application: applicationName.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
})
