import { agreeReplicas, type Replica } from '@golem/market'
import { type Address, type Bytes32, canonicalJson, GolemError, hashText, type Plan } from '@golem/protocol'
import { dropAttempt, exclude, noteFailure } from './attempts.ts'
import { checkShare } from './check-share.ts'
import type { JobCheck } from './chosen-check.ts'
import { calibrationOf, lookAt } from './class-of.ts'
import { askToShow } from './commitments.ts'
import type { JobDesk } from './job-desk.ts'
import type { JobEvent } from './job-events.ts'
import {
  type Attempt,
  agreementOf,
  checkOf,
  copiesOf,
  copyIds,
  openAttempts,
  REPLICA_DIFFERS,
  subtaskOf,
} from './job-state.ts'
import { judgeDelivery, rejectJudged } from './judge-delivery.ts'
import { accept } from './judging.ts'
import type { Look } from './look.ts'
import { tryTwice } from './try-twice.ts'
import type { Workbench } from './workbench.ts'

/** How many compute each subtask, as long as they agree. */
export const agreeingIn = ({ strategy }: JobCheck): number => (strategy.kind === 'replicate' ? strategy.agreeing : 1)

/** The copies that a job begins with, beside the plan's own subtasks. */
export const firstCopies = (plan: Plan, check: JobCheck, atMs: number): JobEvent[] =>
  plan.subtasks.flatMap(({ id }) =>
    copyIds(id)
      .slice(1, agreeingIn(check))
      .map((copy) => ({ type: 'copied', atMs, of: id, copy }) as const),
  )

/**
 * Settles families of which enough copies are delivered and here. That several agree says little where all are one
 * person's: so one of them is looked at as if it were alone, as often as whoever has most to lose of them would be.
 */
export type Replicas = {
  /** `attempt` and its outputs are here. */
  add(attempt: Attempt): Promise<void>
  /** It was added. */
  has(attempt: Attempt): boolean
  /** The others will not come: each is looked at as if it were alone, and paid where it is right; it is no result. */
  judgeAlone(): Promise<void>
  /** A copy that was awaited may have gone: the others may be enough. */
  look(): void
}

/** What looking at one of those who agree came to, and how each of them is looked at. */
type Looked = { output: Bytes32; how: string; isUnseen: boolean; looks: ReadonlyMap<Attempt, Look> }

/** @param begin has attempts looked at side by side with all others, and wakes the job then */
export function createReplicas(
  desk: JobDesk,
  bench: Workbench,
  begin: (attempts: readonly Attempt[], work: Promise<void>) => void,
): Replicas {
  /** What was delivered, in the provider's class. */
  const known = new WeakMap<Attempt, Replica>()
  const looked = new Map<string, Looked>()
  const looking = new Set<string>()
  /** Families of which some are delivered. */
  const unsettled = new Set<string>()

  const digestOf = async (attempt: Attempt): Promise<Bytes32> => {
    const digestIn = desk.services.app.digest
    const { delivery } = attempt
    const { parameters } = desk.state.request
    const inspection = desk.state.inspection?.inspection ?? null
    if (digestIn === undefined)
      return hashText(canonicalJson({ outputs: delivery?.outputs ?? null, result: delivery?.result ?? null }))
    const { digest } = await bench.beside(async (program, speaker) => {
      const part = await bench.lay(program, attempt)
      return digestIn(speaker, { parameters, inspection, part }, desk.signal)
    })
    return digest
  }

  const settle = (family: string): void => {
    const { strategy } = checkOf(desk.state)
    if (strategy.kind !== 'replicate') return
    const copies = copiesOf(desk.state, family)
    const open = openAttempts(desk.state)
    const delivered = copies.flatMap(({ subtask, accepted }) =>
      accepted ? [] : open.filter((attempt) => attempt.subtask === subtask.id && attempt.state === 'delivered'),
    )
    const replicas = delivered.flatMap((attempt) => {
      const replica = known.get(attempt)
      return replica ? [{ attempt, replica }] : []
    })
    const verdict = agreeReplicas(
      replicas.map(({ replica }) => replica),
      strategy,
    )
    const atMs = desk.services.clock.now()
    if (verdict.is === 'agreed') {
      // Whoever has shown the same is paid as well.
      if (replicas.length < delivered.length) return
      const isAgreed = ({ replica }: (typeof replicas)[number]) => verdict.accepted.includes(replica.provider)
      const agreed = replicas.filter(isAgreed).map(({ attempt }) => attempt)
      if (looking.has(family)) return
      const seen = looked.get(family)
      if (seen?.output !== verdict.output) {
        looking.add(family)
        const work = lookAtOne(family, agreed, verdict.output).finally(() => looking.delete(family))
        begin(agreed, work)
        return
      }
      looked.delete(family)
      unsettled.delete(family)
      desk.askIn.delete(family)
      const others = agreed.length - 1
      const how = `computed by ${others === 1 ? 'another' : `${others} others`} too: the same${seen.how}`
      const { isUnseen, looks } = seen
      for (const attempt of agreed) accept(desk, [{ attempt, how, isUnseen, look: looks.get(attempt) ?? null }])
      for (const { subtask } of copies.filter(({ accepted }) => accepted === null)) {
        withhold(open, subtask.id, replicas, verdict.differing)
        desk.record([{ type: 'uncopied', atMs, subtask: subtask.id }])
      }
      return
    }
    // Who was asked is waited for.
    if (replicas.length < copies.length) return
    if (verdict.is === 'undecided')
      throw new GolemError({
        code: 'REPLICAS_UNDECIDED',
        message: `${replicas.length} providers computed ${copies[0]?.subtask.label}, and no ${strategy.agreeing} of them got the same.`,
        remedy:
          'The work may not give the same twice, as where it depends on time or on the machine: check it in another way.',
      })
    desk.askIn.set(family, new Set(verdict.askIn))
    const copy = copyIds(family).find((id) => !desk.state.subtasks.has(id))
    if (copy !== undefined) desk.record([{ type: 'copied', atMs, of: copies[0]?.subtask.id ?? family, copy }])
  }

  /** All who agree on what is wrong are left; where that is not to be seen in one of them, it is not paid. */
  const lookAtOne = async (family: string, agreed: readonly Attempt[], output: Bytes32): Promise<void> => {
    const [first, ...others] = agreed
    if (first === undefined) return
    const share = Math.min(...agreed.map((attempt) => checkShare(desk, [attempt])))
    const judged = await judgeDelivery(desk, bench, first, share)
    const { verdict, isUnseen } = judged
    if (verdict === null) {
      noteFailure(desk, first, 'CHECK_FAILED', 'What was delivered could not be checked.')
    } else if (verdict.accepted) {
      const looks = new Map<Attempt, Look>()
      if (judged.look !== null)
        for (const attempt of agreed) looks.set(attempt, await lookAt(desk, bench, attempt.agreement))
      looked.set(family, { output, isUnseen, looks, how: isUnseen ? '' : `; ${verdict.how}` })
    } else {
      await rejectJudged(desk, first, { ...judged, verdict })
      for (const attempt of others) await leaveAgreeing(attempt)
    }
  }

  const leaveAgreeing = async (attempt: Attempt): Promise<void> => {
    const judged = await judgeDelivery(desk, bench, attempt, 1)
    const { verdict } = judged
    if (attempt.state !== 'delivered') return
    if (verdict?.accepted === false) await rejectJudged(desk, attempt, { ...judged, verdict })
    else {
      const why = 'Another who computed the same was shown to be wrong.'
      dropAttempt(desk, attempt, REPLICA_DIFFERS, why)
      exclude(desk, attempt.agreement, why)
    }
  }

  /** What nobody needs any more; who differed from his own class gets no more of the job. */
  const withhold = (
    open: readonly Attempt[],
    subtask: string,
    replicas: readonly { attempt: Attempt; replica: Replica }[],
    differing: readonly Address[],
  ): void => {
    for (const attempt of open.filter((each) => each.subtask === subtask)) {
      const replica = replicas.find((each) => each.attempt === attempt)?.replica
      if (replica === undefined) dropAttempt(desk, attempt, 'CANCELLED', 'Others have computed it.')
      else dropAttempt(desk, attempt, REPLICA_DIFFERS, 'Others who computed the same got something else.')
      if (replica !== undefined && differing.includes(replica.provider))
        exclude(desk, attempt.agreement, 'What it computed is another than what others in its class did.')
    }
  }

  return {
    add: async (attempt) => {
      const { provider } = agreementOf(desk.state, attempt.agreement).terms
      const equivalenceClass = await classOf(desk, attempt.agreement)
      const output = await tryTwice(desk, attempt.subtask, () => digestOf(attempt))
      if (attempt.state !== 'delivered') return
      if (output === null) {
        noteFailure(desk, attempt, 'CHECK_FAILED', 'What was delivered could not be looked at.')
        return
      }
      known.set(attempt, { provider, equivalenceClass, output })
      unsettled.add(subtaskOf(desk.state, attempt.subtask).family)
    },
    has: (attempt) => known.has(attempt),
    judgeAlone: async () => {
      for (const attempt of openAttempts(desk.state).filter((each) => known.has(each))) {
        const judged = await judgeDelivery(desk, bench, attempt, checkShare(desk, [attempt]))
        const { verdict, isUnseen, look } = judged
        if (attempt.state !== 'delivered') continue
        if (verdict === null) noteFailure(desk, attempt, 'CHECK_FAILED', 'What was delivered could not be checked.')
        else if (verdict.accepted) accept(desk, [{ attempt, how: verdict.how, isUnseen, isUnused: true, look }])
        else await rejectJudged(desk, attempt, { ...judged, verdict })
      }
    },
    look: () => {
      for (const { state, subtask } of openAttempts(desk.state))
        if (state === 'committed') askToShow(desk, subtaskOf(desk.state, subtask).family)
      for (const family of unsettled) settle(family)
    },
  }
}

/** Who shows no class is in one of its own, unless the program gives the same everywhere. */
async function classOf(desk: JobDesk, agreement: Bytes32): Promise<Bytes32> {
  const { calibrate, runtime } = desk.services.app.manifest
  if (calibrate === null || runtime.kind === 'wasm') return hashText('class/everywhere')
  const shown = await calibrationOf(desk, agreement)
  return shown?.hash ?? hashText(`class/${agreementOf(desk.state, agreement).terms.provider}`)
}
