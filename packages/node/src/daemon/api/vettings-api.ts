import type { RegistryApplication, VettingView } from '@golem/api'
import { judgeObservation } from '@golem/market'
import type { PeerContact } from '@golem/protocol'
import {
  asCid,
  type Cid,
  GolemError,
  isVettingSigned,
  MAX_REPORT_BYTES,
  type Manifest,
  manifest as manifestSchema,
  permissionBits,
  permissionNames,
  type VettingReport,
  vettingReport,
} from '@golem/protocol'
import { vetApplication } from '@golem/roles'
import type { z } from 'zod'
import type { VettingsApi } from '../../http/index.ts'
import { unpublished } from '../acts/registry-acts.ts'
import type { DaemonParts } from '../daemon-parts.ts'
import { findApplications } from '../find-applications.ts'
import { randomness } from '../parts/randomness.ts'
import { systemClock } from '../parts/system-clock.ts'
import { sourcesOf } from './sources-of.ts'

/** A manifest has no more than a few arguments and variables in it. */
const MAX_MANIFEST_BYTES = 1024 ** 2

type Sources = { from: PeerContact[] }

export function createVettingsApi(parts: DaemonParts): VettingsApi {
  const { storage, sandbox, registry, network, apps, folders, signer, scanner } = parts
  const { appNamed } = findApplications(parts)

  const read = async <T>(cid: Cid, schema: z.ZodType<T>, maxBytes: number, sources: Sources): Promise<T | null> => {
    await storage.fetch(cid, { ...sources, maxBytes })
    const text = new TextDecoder().decode(await storage.readFile(cid, { maxBytes }))
    return schema.safeParse(jsonOf(text)).data ?? null
  }
  const manifestCidOf = async (application: string): Promise<Cid> => {
    if (/^0x[0-9a-fA-F]{64}$/.test(application)) {
      const app = await registry.application(application as Parameters<typeof registry.application>[0])
      if (app === null) throw unpublished(application)
      return asCid(app.manifest)
    }
    return /^b[a-z2-7]{20,127}$/.test(application) ? asCid(application) : appNamed(application).manifestCid
  }
  /** @throws {GolemError} `MANIFEST_INVALID`, `CONTENT_UNAVAILABLE` */
  const manifestOf = async (cid: Cid, sources: Sources): Promise<Manifest> => {
    const own = apps.loaded.find(({ manifestCid }) => manifestCid === cid)
    const found = own?.manifest ?? (await read(cid, manifestSchema, MAX_MANIFEST_BYTES, sources))
    if (found !== null) return found
    throw new GolemError({
      code: 'MANIFEST_INVALID',
      message: `${cid} is no manifest of an application.`,
      remedy: 'Name what `golem registry show` tells as its manifest.',
    })
  }
  const viewOf = (cid: Cid, { body }: VettingReport, manifest: Manifest): VettingView => {
    const { observation, usage, requests, auditor, began, inputs, limit, malware, atMs } = body
    return {
      ...{ report: cid, auditor, application: `${manifest.name} ${manifest.version}`, manifest: body.manifest },
      permissions: permissionNames(permissionBits(manifest)),
      ...{
        began,
        requests: requests.map(({ method, outcome }) => ({ method, outcome })),
        inputs,
        limit,
        malware,
        atMs,
      },
      ...observation,
      ...{ bytesRead: usage.bytesIn, bytesWritten: usage.bytesOut, peakMemoryBytes: usage.peakMemoryBytes },
      suspicions: judgeObservation(manifest, body),
    }
  }
  const show = async (cid: Cid, sources: Sources): Promise<VettingView> => {
    const report = await read(cid, vettingReport, MAX_REPORT_BYTES, sources)
    if (report === null || !isVettingSigned(report, parts.recoverSigner)) throw invalid(cid)
    return viewOf(cid, report, await manifestOf(report.body.manifest, sources))
  }

  return {
    vet: async ({ application, requests, inputs, from }, { signal }) => {
      if (sandbox.part === null) throw sandbox.trouble
      const sources = sourcesOf(network, from)
      const manifestCid = await manifestCidOf(application)
      const manifest = await manifestOf(manifestCid, sources)
      const added = inputs === undefined ? null : (await storage.addPath(inputs, { signal })).cid
      const { cid, report } = await vetApplication(
        {
          storage,
          folders,
          signer,
          scanner,
          sandbox: sandbox.part,
          clock: systemClock(() => 0),
          randomBytes: randomness,
        },
        {
          ...{ manifest, manifestCid, inputs: added, from: sources.from, maxBytes: storage.usage().maxBytes },
          requests,
        },
        signal,
      )
      return viewOf(cid, report, manifest)
    },
    vetting: (report) => show(asCid(report), sourcesOf(network, [])),
  }
}

/** What a reason on the chain says, where it is a report of this application that is here; null where it is another word. */
export async function reportOf(
  { storage, recoverSigner }: Pick<DaemonParts, 'storage' | 'recoverSigner'>,
  { reason, manifest }: { reason: string; manifest: string },
): Promise<RegistryApplication['statements'][number]['vetting']> {
  if (!/^b[a-z2-7]{20,127}$/.test(reason)) return null
  const bytes = await storage.readFile(asCid(reason), { maxBytes: MAX_REPORT_BYTES }).catch(() => null)
  const report = bytes === null ? null : (vettingReport.safeParse(jsonOf(new TextDecoder().decode(bytes))).data ?? null)
  if (report === null || report.body.manifest !== manifest || !isVettingSigned(report, recoverSigner)) return null
  const asked = await storage.readFile(asCid(manifest), { maxBytes: MAX_MANIFEST_BYTES }).catch(() => null)
  const parsed = asked === null ? null : manifestSchema.safeParse(jsonOf(new TextDecoder().decode(asked))).data
  if (!parsed) return null
  return { auditor: report.body.auditor, suspicions: judgeObservation(parsed, report.body).length }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const invalid = (cid: Cid): GolemError =>
  new GolemError({
    code: 'REPORT_INVALID',
    message: `${cid} is no report of an application that was observed, or its auditor did not sign it.`,
    remedy: '`golem audit vet` makes one.',
  })
