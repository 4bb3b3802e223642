import type { Act, ProviderPlan, RequestorPlan, Sight } from './plans.ts'
import { HONEST_PROVIDER } from './plans.ts'
import type { World } from './world.ts'

/** A way to cheat in the market. Its honest twin is the same market with the same parties and seeds, all of them honest. */
export type Strategy = {
  name: string
  /** For people. */
  does: string
  by: 'provider' | 'requestor'
  plan: { provider?: ProviderPlan; requestor?: RequestorPlan }
  /** The hostile have the stake that every second honest one has. Default: false. */
  isStaked?: boolean
  /** Witnesses and requestors are hostile too, the same share. Default: none. */
  withFriends?: boolean
  world?: Partial<World>
  /** Why a gain cannot be taken away wholly; it is at most one unpaid interval for each fresh key. */
  exception?: string
  /** What is rare needs more of them. Default: 100. */
  seeds?: number
}

const WORK: Act = { does: 'work' }
const cheat = (spends: number, seen = 1): Act => ({ does: 'cheat', spends, seen })
const always = (act: Act): ProviderPlan => ({ act: () => act })
const when = (isTime: (sight: Sight) => boolean, act: Act = cheat(0)): ProviderPlan => ({
  act: (sight) => (isTime(sight) ? act : WORK),
})
const provider = (name: string, does: string, plan: ProviderPlan, more: Partial<Strategy> = {}): Strategy => ({
  name,
  does,
  by: 'provider',
  plan: { provider: plan },
  ...more,
})
const requestor = (name: string, does: string, plan: RequestorPlan, more: Partial<Strategy> = {}): Strategy => ({
  name,
  does,
  by: 'requestor',
  plan: { requestor: plan },
  ...more,
})
const staked = { isStaked: true }
const pays = (): 'pays' => 'pays'
const LEAVES = 'whoever leaves for good has no future to lose, only stake and what is unpaid'
const OWES = 'somebody moves first: what stands open when it stops to pay is lost'
const ONE_VOICE = 'of those that are followed one voice moves the median by one'

/** At all rates: a few stand for all between them. */
const RATES = [0.01, 0.03, 0.1, 0.3]
const seedsAt = (rate: number): { seeds?: number } => (rate < 0.02 ? { seeds: 400 } : {})
const TURNS = [10, 25, 50]

/** Those of providers and requestors. Auditors' are in `simulateAuditors`, those of replicas in `simulateReplicas`. */
export const STRATEGIES: readonly Strategy[] = [
  provider('garbage', 'computes nothing, and delivers noise', always(cheat(0))),
  provider('garbage, staked', 'the same with a stake', always(cheat(0)), staked),
  provider('stale result', 'delivers what it delivered before', always(cheat(0.02))),
  provider('another frame', 'computes a cheaper subtask instead', always(cheat(0.4))),
  provider('half the samples', 'computes with half the samples', always(cheat(0.5))),
  provider('half the samples, staked', 'the same with a stake', always(cheat(0.5)), staked),
  provider('upscaled', 'computes a quarter of the pixels', always(cheat(0.27))),
  provider('tampered patch', 'changes a small part of what it computed', always(cheat(1))),
  ...RATES.map((rate) =>
    provider(
      `cheats at ${rate}`,
      `one in ${Math.round(1 / rate)} is noise`,
      when(({ random }) => random() < rate),
      seedsAt(rate),
    ),
  ),
  ...RATES.map((rate) =>
    provider(
      `cheats at ${rate}, staked`,
      'the same with a stake',
      when(({ random }) => random() < rate),
      { ...staked, ...seedsAt(rate) },
    ),
  ),
  ...TURNS.map((turn) =>
    provider(
      `turncoat after ${turn}`,
      'honest until trusted',
      when(({ paid }) => paid >= turn),
    ),
  ),
  ...TURNS.map((turn) =>
    provider(
      `turncoat after ${turn}, staked`,
      'the same with a stake',
      when(({ paid }) => paid >= turn),
      staked,
    ),
  ),
  provider('turncoat, new key', 'honest until trusted, then cheats, then begins anew', {
    ...when(({ paid }) => paid >= 40),
    isRenewed: ({ isCaught }) => isCaught,
  }),
  provider('sybils', 'a new key each round, each of which cheats', {
    ...always(cheat(0)),
    isRenewed: ({ round }) => round > 0,
  }),
  provider('whitewash', 'cheats, and makes a new key when it is caught', {
    ...always(cheat(0)),
    isRenewed: ({ isCaught }) => isCaught,
  }),
  provider(
    'late',
    'delivers late, half of the time',
    when(({ random }) => random() < 0.5, { does: 'late' }),
  ),
  provider(
    'vanishes with work',
    'takes one in five, and is not heard of',
    when(({ random }) => random() < 0.2, { does: 'vanish' }),
  ),
  provider('false usage', 'says that it used twice the time: no bill follows from it', HONEST_PROVIDER),
  provider('false benchmark', 'says that it is four times as fast, and delivers what is too much late', {
    act: ({ random }) => (random() < 0.75 ? { does: 'late' } : WORK),
    boasts: 4,
  }),
  provider(
    'selective service',
    'takes the light ones, and drops the heavy',
    when(({ payWei }) => payWei > 2e18, { does: 'vanish' }),
  ),
  provider(
    'cheats at the heavy',
    'honest at all that is small',
    when(({ payWei }) => payWei > 2e18),
  ),
  provider(
    'cheats at the heavy, staked',
    'the same with a stake',
    when(({ payWei }) => payWei > 2e18),
    staked,
  ),
  provider(
    'colludes with auditors',
    'its friends among the witnesses say that it is right',
    { ...always(cheat(0)), hasWitnesses: true },
    { withFriends: true },
  ),
  provider(
    'colludes with auditors, staked',
    'the same with a stake, after 40',
    { ...when(({ paid }) => paid >= 40), hasWitnesses: true },
    { withFriends: true, ...staked },
  ),
  provider('tolerance rider', 'computes 90 % of the samples, in a class where checks are tolerant', {
    ...always(cheat(0.9, 0.5)),
    reproducible: 0,
  }),
  provider('tolerance rider, staked', 'the same with a stake', { ...always(cheat(0.9, 0.5)), reproducible: 0 }, staked),
  provider('class spoofer', 'says a class that few can reproduce', { ...always(cheat(0, 0.5)), reproducible: 0.1 }),
  provider('class switcher', 'cheats in a class that every second checker can reproduce', {
    ...when(({ round }) => round % 2 === 1, cheat(0, 0.5)),
    reproducible: 0.5,
  }),
  provider('signature grinder', 'tries signatures and outputs until it thinks that it is not drawn', {
    ...when(({ random }) => random() < 0.3),
    grinds: 8,
  }),
  provider('vanishes when drawn', 'cheats, and is not heard of where it is checked', {
    ...when(({ random }) => random() < 0.3),
    whenDrawn: 'vanishes',
  }),
  provider(
    'vanishes when drawn, staked',
    'the same with a stake',
    { ...when(({ random }) => random() < 0.3), whenDrawn: 'vanishes' },
    staked,
  ),
  provider(
    'withholds data',
    'cheats once it is trusted, and serves nothing where it is checked',
    { ...when(({ paid }) => paid >= 20), whenDrawn: 'vanishes' },
    staked,
  ),
  provider(
    'honest on likely checks',
    'cheats where less than one in ten is checked',
    when(({ rate }) => rate < 0.1),
  ),
  provider(
    'honest on likely checks, staked',
    'the same with a stake',
    when(({ rate }) => rate < 0.03),
    staked,
  ),
  provider(
    'once per requestor',
    'cheats each requestor once',
    when(({ cheatedHere, paidHere }) => cheatedHere === 0 && paidHere >= 8),
  ),
  provider(
    'once per requestor, staked',
    'the same with a stake',
    when(({ cheatedHere, paidHere }) => cheatedHere === 0 && paidHere >= 8),
    staked,
  ),
  provider(
    'saboteur',
    'spends as much as honest work to spoil one in ten',
    when(({ random }) => random() < 0.1, cheat(1)),
  ),
  provider('wash trading', 'is praised by its friends for work that was none, then cheats', {
    ...when(({ paid }) => paid >= 8),
    praisedWith: 8,
  }),
  provider(
    'badmouthing',
    'its friends say that its rivals vanish',
    { ...HONEST_PROVIDER, badmouths: 1 },
    { exception: ONE_VOICE },
  ),
  provider(
    'leak of private inputs',
    'works as it should and sells what it reads: what that brings comes from outside, and no rule here sees it',
    HONEST_PROVIDER,
  ),
  provider(
    'listing extortion',
    'its friends list its rivals until they pay, who wait for the day in which they can answer',
    { ...HONEST_PROVIDER, badmouths: 1 },
    { exception: ONE_VOICE },
  ),
  provider(
    'eclipse',
    'two requestors hear of nobody but through it, and it cheats those',
    { ...when(({ requestor: at }) => at >= 4), eclipses: 0.34 },
    staked,
  ),
  provider(
    'leaves at the end',
    'honest until the last day, on which it cheats',
    when(({ round }) => round >= 46),
    { exception: LEAVES },
  ),
  provider(
    'leaves at the end, staked',
    'the same with a stake',
    when(({ round }) => round >= 46),
    { ...staked, exception: LEAVES },
  ),
  requestor('does not pay', 'never pays', { settles: () => 'refuses' }, { exception: OWES }),
  requestor(
    'pays until trusted',
    'stops to pay when it is known',
    {
      settles: ({ paidHere }) => (paidHere >= 20 ? 'refuses' : 'pays'),
    },
    { exception: OWES },
  ),
  requestor(
    'pays sometimes',
    'does not pay one batch in ten',
    {
      settles: ({ random }) => (random() < 0.1 ? 'refuses' : 'pays'),
    },
    { exception: OWES },
  ),
  requestor(
    'rejects good work',
    'says of one batch in ten that it is wrong',
    { settles: ({ random }) => (random() < 0.1 ? 'rejects' : 'pays') },
    { withFriends: true, exception: OWES },
  ),
  requestor('overdraws', 'promises what is not locked', { settles: pays, isUnfunded: true }),
  requestor(
    'replays vouchers',
    'pays with what it paid with before',
    { settles: () => 'replays' },
    { exception: OWES },
  ),
  requestor('withdraws early', 'withdraws what it promised', { settles: () => 'withdraws' }, { exception: OWES }),
  requestor('biased randomness', 'tries chains of seeds before it signs one, and rejects what is drawn by it', {
    settles: pays,
    grinds: 4,
  }),
  requestor('malicious input', 'harms who computes it', { settles: pays, isMalicious: true }),
  requestor('manifest that lies', 'its program does what its manifest does not say, and is ended', {
    settles: pays,
    isMalicious: true,
  }),
  requestor('hides seeds', 'reveals no seed that would have checked: what was delivered is accepted', {
    settles: pays,
    hidesSeeds: true,
  }),
  requestor(
    'drive-by',
    'a fresh key each round, which never pays',
    {
      settles: () => 'refuses',
      isRenewed: ({ round }) => round > 0,
    },
    { exception: OWES },
  ),
  requestor(
    'framing job',
    'its program answers by the processor that it runs on',
    { settles: () => 'rejects', frames: true },
    { exception: OWES },
  ),
]
