import { GolemError, type Part } from '@golem/protocol'
import { letGo } from './attempts.ts'
import type { JobDesk } from './job-desk.ts'
import { type Attempt, groupsToMerge } from './job-state.ts'
import type { LocalProgram } from './local-program.ts'
import type { Workbench } from './workbench.ts'

export type Merger = {
  /** Begins to merge what is complete. */
  look(): void
  settled(): Promise<void>
}

/** Turns complete groups into the files the person asked for, each as soon as it can be. */
export function createMerger(desk: JobDesk, bench: Workbench): Merger {
  const underWay = new Map<string, Promise<void>>()
  const merge = (id: string) =>
    bench.enqueue(async (program, speaker) => {
      const { services, state } = desk
      const group = state.plan?.groups.find((entry) => entry.id === id)
      if (!group) return
      const attempts = acceptedAttempts(desk, id)
      const parts: Part[] = []
      for (const attempt of attempts) parts.push(await bench.lay(program, attempt))
      const job = {
        parameters: state.request.parameters,
        inspection: state.inspection?.inspection ?? null,
        group,
        parts,
      }
      const { files } = await services.app.merge(speaker, job, desk.signal).catch(mayComeAgain(desk))
      const names = await deliverFiles(desk, program, files, `merge-${id}`)
      desk.record([{ type: 'merged', atMs: services.clock.now(), group: id, files: names }])
      for (const attempt of attempts) {
        await bench.clear(program, attempt)
        if (!state.plan?.finish) letGo(desk, attempt)
      }
    })
  return {
    look: () => {
      for (const id of groupsToMerge(desk.state)) {
        if (underWay.has(id)) continue
        const done = merge(id)
          .catch((error: unknown) => {
            if (!desk.signal.aborted) desk.fail(error)
          })
          .finally(() => {
            underWay.delete(id)
            desk.wake()
          })
        underWay.set(id, done)
      }
    },
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay.values())
    },
  }
}

/** What the application makes of everything in the end, where it makes something. */
export async function finishJob(desk: JobDesk, bench: Workbench): Promise<string[]> {
  const { services, state } = desk
  if (!state.plan?.finish) return []
  return bench.enqueue(async (program, speaker) => {
    const attempts = (state.plan?.groups ?? []).flatMap(({ id }) => acceptedAttempts(desk, id))
    const parts: Part[] = []
    for (const attempt of attempts) parts.push(await bench.lay(program, attempt))
    const job = { parameters: state.request.parameters, inspection: state.inspection?.inspection ?? null, parts }
    const { files } = await services.app.finish(speaker, job, desk.signal).catch(mayComeAgain(desk))
    return deliverFiles(desk, program, files, 'finish')
  })
}

/** What the application says of parts that were all accepted, it may well say again: to go on is no sure way out. */
const mayComeAgain =
  ({ state }: JobDesk) =>
  (error: unknown): never => {
    if (!(error instanceof GolemError) || error.remedy !== undefined) throw error
    const { code, message } = error
    const again = `\`golem job ${state.request.id} resume\` tries it once more, and computes nothing again`
    const remedy = `${again}; if the same comes of it, begin a new job with another output.`
    throw new GolemError({ code, message, remedy, cause: error })
  }

/** One of each family, in the plan's order. */
function acceptedAttempts(desk: JobDesk, group: string): Attempt[] {
  const families = new Map<string, Attempt>()
  const tasks = [...desk.state.subtasks.values()].filter(({ subtask }) => subtask.group === group)
  for (const { family, accepted } of tasks.sort((a, b) => a.position - b.position))
    if (accepted && !families.has(family)) families.set(family, accepted.attempt)
  return [...families.values()]
}

/** Files leave the sandbox through its collector only, then appear whole in the person's folder. */
async function deliverFiles(desk: JobDesk, program: LocalProgram, files: string[], name: string): Promise<string[]> {
  const { folders, sandbox, app } = desk.services
  const clean = await folders.make(`jobs/${desk.state.request.id}/${name}`)
  const names: string[] = []
  try {
    // One for each call that made some.
    const outDirs = [...new Set(files.map((file) => file.split('/').slice(0, 3).join('/')))]
    for (const [position, outDir] of outDirs.entries())
      await sandbox.collect(program.hostPath(outDir), folders.join(clean, `${position}`), app.manifest.limits)
    for (const file of files) {
      const [, out, call, ...relative] = file.split('/')
      const collected = folders.join(clean, `${outDirs.indexOf(`/${out}/${call}`)}`, ...relative)
      await folders.deliver(collected, desk.state.request.outDir, relative.join('/'))
      names.push(relative.join('/'))
    }
  } finally {
    await folders.remove(clean)
  }
  return names
}
