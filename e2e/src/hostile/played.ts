/**
 * Where the strategies of simulated markets are played on real nodes: by which of the strategies beside this file, or in which
 * test. With or without a stake they do the same.
 */
export const PLAYED: Readonly<Record<string, string>> = {
  garbage: 'garbage',
  'stale result': 'stale result',
  'another frame': 'another frame',
  'half the samples': 'half the samples',
  upscaled: 'upscaled',
  'tampered patch': 'tampered patch',
  'cheats at 0.01': 'cheats at 1/10',
  'cheats at 0.03': 'cheats at 1/10',
  'cheats at 0.1': 'cheats at 1/10',
  'cheats at 0.3': 'cheats at 1/2',
  'cheats at the heavy': 'cheats at the heavy',
  'turncoat after 10': 'honest until trusted',
  'turncoat after 25': 'honest until trusted',
  'turncoat after 50': 'honest until trusted',
  'turncoat, new key': 'whitewash, with its next key',
  sybils: 'sybil, and again',
  whitewash: 'whitewash, with its next key',
  late: 'late',
  'vanishes with work': 'vanishes with work',
  'false usage': 'false usage',
  'false benchmark': 'false benchmark',
  'selective service': 'selective service',
  'signature grinder': 'signature grinder',
  'vanishes when drawn': 'vanishes when drawn',
  'withholds data': 'withholds data',
  'honest on likely checks': 'honest on likely checks',
  'once per requestor': 'once per requestor',
  saboteur: 'saboteur',
  'wash trading': 'wash trading',
  badmouthing: 'e2e/hostile/friends.test.ts',
  // What is sold is seen by nobody; that nobody reads it who was not hired or let in, is.
  'leak of private inputs': 'e2e/cheaters.test.ts',
  'listing extortion': 'e2e/hostile/friends.test.ts',
  // Its victim sees it alone, as every requestor does in that file at first.
  eclipse: 'e2e/hostile/providers.test.ts',
  // On the day on which it leaves it does what any other does.
  'leaves at the end': 'honest until trusted',
  'colludes with auditors': 'always says yes',
  // WebAssembly has no classes.
  'tolerance rider': 'e2e/cheaters.test.ts',
  'class spoofer': 'e2e/cheaters.test.ts',
  'class switcher': 'e2e/cheaters.test.ts',

  'replicas that collude': 'colludes, the other',
  'replicas that copy': 'copies a neighbour',

  'does not pay': 'does not pay',
  'pays until trusted': 'pays until trusted',
  'pays sometimes': 'pays for most',
  'rejects good work': 'rejects good work',
  overdraws: 'overdraws',
  'replays vouchers': 'replays vouchers',
  'withdraws early': 'e2e/hostile/requestors.test.ts',
  'biased randomness': 'biased randomness',
  'malicious input': 'malicious input',
  'manifest that lies': 'e2e/vetting.test.ts',
  'hides seeds': 'hides seeds',
  'drive-by': 'drive-by, with its next key',
  'framing job': 'e2e/hostile/requestors.test.ts',

  // Whatever it is that makes them: what they say is the same.
  'lazy auditor': 'always says yes',
  'always yes': 'always says yes',
  'lazy when trusted': 'always says yes',
  'bribed auditor': 'always says yes',
  'p + epsilon bribe': 'always says yes',
  'denounces the innocent': 'denounces the innocent',
  'verdict copier': 'copies verdicts',
}
