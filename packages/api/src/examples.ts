import type {
  Admission,
  AuditsView,
  BlacklistView,
  CrowdfundView,
  DataFolder,
  DataOverview,
  DisputesView,
  Earnings,
  Examination,
  Grid,
  History,
  JobDetail,
  LendingReceipts,
  LendingView,
  LentWork,
  ListView,
  Machine,
  Net,
  OfferView,
  Quote,
  Receipt,
  RegistryView,
  Rerun,
  StartView,
  Status,
  TrustDetail,
  TrustView,
  VettingView,
  Wallet,
} from './schemas/index.ts'

const provider = '0x70997970c51812dc3a010c7d01b50e0d17dc79c8'
const other = '0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc'
const glm = (thousandths: number) => `${thousandths}000000000000000`

/** One valid value of each answer, for tests and for the document. */
export const exampleJob: JobDetail = {
  id: '7f3a9c21',
  app: 'blender',
  words: { result: ['frame', 'frames'], subtask: ['tile', 'tiles'] },
  title: 'golem.blend, frames 1-4',
  isPrivate: false,
  check: 'crops: a hidden part of each result, 4 %, computed again',
  state: 'running',
  waiting: null,
  createdAtMs: 1_760_000_000_000,
  finishedAtMs: null,
  deadlineMs: 1_760_000_600_000,
  firstResultAtMs: 1_760_000_012_000,
  groups: { total: 4, done: 1 },
  subtasks: { total: 8, accepted: 3, running: 2, rejected: 1 },
  etaMs: 45_000,
  budgetWei: glm(2_000),
  estimateWei: glm(1_200),
  paidBeforeWei: '0',
  spentWei: glm(450),
  gasWei: '21000000000000',
  gasUsed: '61000',
  providers: [
    {
      address: provider,
      state: 'working',
      doing: 'frame 2, tile 2 of 2 (42 %)',
      cores: 2,
      speed: 1.1,
      accepted: 3,
      rejected: 0,
      earnedWei: glm(450),
    },
    {
      address: other,
      state: 'excluded',
      doing: 'a wrong picture: not used again',
      cores: 1,
      speed: 0.9,
      accepted: 0,
      rejected: 1,
      earnedWei: '0',
    },
  ],
  rejections: [
    {
      subtask: 'f0002-t1',
      provider: other,
      code: 'PIXELS_DIFFER',
      message: '37 % of the pixels of a hidden crop differ.',
      atMs: 1_760_000_010_000,
    },
  ],
  failures: [
    {
      subtask: 'f0003-t2',
      provider: other,
      code: 'SANDBOX_ENDED',
      message: 'The program was ended at a limit: memoryBytes, 4 GiB allowed, 4 GiB used.',
      atMs: 1_760_000_011_000,
    },
  ],
  summary: ['Blender 3.4.1 on the CPU', '4 frames of 320 x 180, 32 samples'],
  framesPerSecond: 24,
  outDir: '/home/ada/golem-out/golem',
  outputs: ['0001.png'],
  problem: null,
  results: [
    { id: 'frame-1', label: 'frame 1', count: 1, files: ['0001.png'], redone: 0 },
    { id: 'frame-2', label: 'frame 2', count: 1, files: [], redone: 0 },
  ],
  list: [
    {
      id: 'f0001-t1',
      group: 'f0001',
      label: 'frame 1, tile 1 of 2',
      state: 'accepted',
      provider,
      checked: '2 hidden crops, equal pixels',
      priceWei: glm(150),
    },
    {
      id: 'f0002-t1',
      group: 'f0002',
      label: 'frame 2, tile 1 of 2',
      state: 'waiting',
      provider: null,
      checked: null,
      priceWei: glm(150),
    },
  ],
}

export const exampleStart: StartView = {
  settings: {
    listen: null,
    announce: [],
    bootstrap: ['/dns4/peer.example/tcp/4001'],
    mdns: true,
    upnp: null,
    relay: true,
    storageBytes: 50 * 1024 ** 3,
    gateways: [],
    bitswap: true,
    unpaidLimitWei: null,
    offerTimeoutMs: null,
    glmPerEth: null,
    runtime: 'auto',
  },
  named: ['bootstrap'],
}

export const exampleStatus: Status = {
  version: '0.1.0',
  pid: 4_242,
  address: provider,
  peerId: '16Uiu2HAmExample',
  addresses: ['/ip4/127.0.0.1/tcp/4001/p2p/16Uiu2HAmExample'],
  peers: 3,
  uptimeMs: 93_000,
  resultsDir: '/home/ada/Golem',
  chain: { chainId: 31_337, reachable: true, dev: true, rpcUrl: 'http://127.0.0.1:8545' },
  apps: [{ name: 'blender', version: '0.1.0', tools: { blender: '3.4.1' }, isWaiting: true }],
  provider: {
    state: 'working',
    reason: 'renders for 1 requestor',
    cores: 2,
    speed: 1.1,
    pricePerCoreHourWei: glm(100),
    unpaid: { newWei: glm(2), mostWei: glm(220) },
    waiting: 1,
    activities: [
      { requestor: other, app: 'blender 3.4.1', running: 1, delivered: 4, accepted: 3, earnedWei: glm(450) },
    ],
    failures: [
      {
        requestor: other,
        app: 'blender 3.4.1',
        code: 'SANDBOX_ENDED',
        message: 'The program was ended at a limit: memoryBytes, 4 GiB allowed, 4 GiB used.',
        atMs: 1_760_000_011_000,
      },
    ],
    lending: {
      state: 'open',
      gate: 'open',
      reason: 'The machine lends because nobody uses it.',
      sinceMs: 1_760_000_000_000,
      untilMs: null,
    },
  },
  troubles: [],
  rejections: [
    {
      by: 'peer',
      peer: other,
      what: 'subtask 3 of blender 3.4.1: 12 % of the pixels differ.',
      verdict: 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy',
      doubt: null,
      atMs: 1_760_000_012_000,
    },
  ],
  jobs: { running: 1, total: 2 },
}

export const exampleLentWork: LentWork = {
  id: '7f3a9c21d0e4',
  requestor: other,
  app: 'blender 3.4.1',
  state: 'computed',
  fraction: 1,
  note: 'frame 7',
  startedAtMs: 1_760_000_010_000,
  endedAtMs: 1_760_000_014_000,
  isPrivate: false,
  hasPicture: true,
  isSketch: false,
}

export const exampleLending: LendingView = {
  settings: {
    isOn: true,
    cores: 2,
    memoryBytes: 4_294_967_296,
    diskBytes: 21_474_836_480,
    pricePerCoreHourWei: glm(100),
    when: 'idle',
    schedule: null,
    idleAfterMs: 300_000,
    onReturn: 'throttle',
    onBattery: false,
    onMetered: false,
    priority: 'lowest',
    pausedUntilMs: null,
  },
  now: exampleStatus.provider.lending,
  sight: { inputIdleMs: 720_000, inputBy: 'GNOME', otherCores: 0.1, cores: 4, isOnBattery: false, isMetered: false },
  provider: exampleStatus.provider,
}

export const exampleOffer: OfferView = {
  provider,
  app: 'blender 3.4.1',
  pricePerCoreHourWei: glm(100),
  cores: 2,
  speed: 1.1,
  equivalenceClass: `0x${'1f'.repeat(32)}`,
  expiresAtMs: 1_760_000_000_000,
}

export const exampleWallet: Wallet = {
  address: provider,
  chainId: 31_337,
  walletWei: glm(100_000),
  freeWei: glm(8_000),
  lockedWei: glm(2_000),
  gasWei: glm(999),
  owedToMeWei: glm(450),
  owedByMeWei: glm(120),
  earnedWei: glm(1_450),
  spentWei: '0',
  keyEncrypted: false,
}

export const exampleReceipt: Receipt = { hash: `0x${'ab'.repeat(32)}`, gasUsed: '51234', feeWei: '51234000000000' }

export const exampleQuote: Quote = {
  about: 'Moves 2.5 GLM from the wallet into the payment contract.',
  transactions: 1,
  gas: '51234',
  gasPriceWei: '1000000000',
  feeWei: '51234000000000',
}

export const exampleHistory: History = {
  total: 12,
  entries: [
    {
      id: 11,
      atMs: 1_760_000_000_000,
      what: 'lock',
      amountWei: glm(2_000),
      valueWei: '0',
      why: 'job 7f3a9c21',
      state: 'mined',
      hash: `0x${'ab'.repeat(32)}`,
      feeWei: '51234000000000',
    },
  ],
}

const application = `0x${'a9'.repeat(32)}`

export const exampleRegistry: RegistryView = {
  address: `0x${'e1'.repeat(20)}`,
  chainId: 31_337,
  validators: [provider],
  count: 1,
  applications: [
    {
      id: application,
      author: `0x${'a0'.repeat(20)}`,
      name: 'blender',
      version: '1.2.0',
      manifest: 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku',
      permissions: ['network'],
      royaltyBps: 150,
      publishedAtS: 1_760_000_000,
      isDeprecated: false,
      statements: [
        { validator: provider, verdict: 'certified', statedAtS: 1_760_000_100, reason: 'bafkreireview', vetting: null },
      ],
    },
  ],
}

export const exampleBlacklist: BlacklistView = {
  address: `0x${'b1'.repeat(20)}`,
  chainId: 31_337,
  self: provider,
  mode: 'auto',
  following: [{ owner: `0x${'0a'.repeat(20)}`, entries: 1, readAtMs: 1_760_000_000_000, problem: null }],
}

export const exampleList: ListView = {
  owner: `0x${'0a'.repeat(20)}`,
  entries: [
    {
      kind: 'provider',
      subject: `0x${'c1'.repeat(20)}`,
      listedAtS: 1_760_000_000,
      expiresAtS: 1_767_776_000,
      isExpired: false,
      evidence: 'bafkreievidence',
      appeal: null,
    },
  ],
}

export const exampleCrowdfund: CrowdfundView = {
  address: `0x${'cf'.repeat(20)}`,
  state: 'funding',
  isFinalized: false,
  startsAtS: 0,
  endsAtS: 4_102_444_800,
  raisedWei: glm(200_000_000),
  minimumWei: glm(150_000_000),
  capWei: glm(820_000_000),
  contributedWei: glm(500),
  company: provider,
}

const cid = 'bafybeihn2xhqj3vieqrebzw63v2minli6ih36riqeztbhqfaylsd2qrpeq'

export const exampleData: DataOverview = {
  usedBytes: 3_145_728,
  maxBytes: 53_687_091_200,
  blocks: 12,
  pinned: [{ cid, owners: ['person', 'job/7f3a9c21'], sizeBytes: 2_098_176, isWhole: true }],
}

export const exampleDataFolder: DataFolder = {
  cid,
  entries: [
    {
      name: 'scene.blend',
      cid: 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e',
      kind: 'file',
      sizeBytes: 2_097_152,
    },
    {
      name: 'textures',
      cid: 'bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354',
      kind: 'folder',
      sizeBytes: 1_024,
    },
  ],
}

export const exampleGrid: Grid = {
  name: 'studio',
  role: 'host',
  members: 2,
  invite: 'golem://grid/studio/1~example',
}

export const exampleNet: Net = {
  peerId: '16Uiu2HAmExample',
  address: provider,
  listening: ['/ip4/192.168.1.2/tcp/4001', '/ip4/192.168.1.2/tcp/4002/ws'],
  announced: ['/ip4/192.168.1.2/tcp/4001/p2p/16Uiu2HAmExample'],
  reachability: {
    state: 'relayed',
    why: 'Peers see it as 5.6.7.8, which is its router, and could not connect to /ip4/5.6.7.8/tcp/4001 (it did not answer in time). One relay passes on what others say first.',
    remedy:
      'Forward TCP port 4001 in the router to this machine, with fixed ports (--listen), or switch on UPnP there.',
  },
  relays: [{ peerId: '16Uiu2HAmRelay', addresses: ['/ip4/5.6.7.9/tcp/4001/p2p/16Uiu2HAmRelay/p2p-circuit'] }],
  serving: null,
  dht: 'client',
  clock: { offsetMs: 0, correctionMs: 0 },
  connections: [
    {
      peerId: '16Uiu2HAmRelay',
      address: other,
      remote: '/ip4/5.6.7.9/tcp/4001/p2p/16Uiu2HAmRelay',
      direction: 'outbound',
      by: 'tcp',
      openedAtMs: 1_760_000_000_000,
    },
  ],
}

export const exampleExamination: Examination = {
  inspection: { frames: [1, 2, 3, 4], width: 1_920, height: 1_080, samples: 128 },
  estimate: { prepareSeconds: 0.4, sampleSeconds: 12 },
  summary: ['golem.blend, saved by Blender 3.4.1: scene Scene, frames 1-4, 1920x1080, 128 samples.'],
  totalUnits: 49_600_000,
  picture: null,
  prices: {
    app: 'blender',
    offers: 2,
    cores: 3,
    speed: 3.2,
    expectedWei: glm(100),
    leastWei: glm(80),
    mostWei: glm(120),
  },
}

export const exampleMachine: Machine = {
  cores: 8,
  busyCores: 2.5,
  memoryBytes: 16 * 1024 ** 3,
  freeMemoryBytes: 9 * 1024 ** 3,
  diskBytes: 512 * 1024 ** 3,
  freeDiskBytes: 120 * 1024 ** 3,
  reservedDiskBytes: 1024 ** 3,
  celsius: 54.5,
  model: 'Some CPU',
  speed: 1.1,
}

export const exampleEarnings: Earnings = {
  earnedWei: glm(700),
  accepted: 14,
  rejected: 1,
  score: 0.8,
  hours: [
    { fromMs: 1_759_996_800_000, earnedWei: glm(250) },
    { fromMs: 1_760_000_400_000, earnedWei: glm(450) },
  ],
}

export const exampleLendingReceipts: LendingReceipts = [
  {
    agreementId: `0x${'3c'.repeat(32)}`,
    requestor: exampleJob.providers[0]?.address ?? '0x',
    app: 'Blender 4.3',
    openedAtMs: 1_759_996_900_000,
    endedAtMs: 1_759_999_000_000,
    accepted: 14,
    rejected: 1,
    earnedWei: glm(700),
  },
]

export const exampleTrust: TrustView = {
  mode: 'auto',
  parties: [
    {
      address: provider,
      as: 'provider',
      app: 'blender 3.4.1',
      accepted: 12,
      rejected: 0,
      otherwise: 1,
      score: 0.86,
      does: 'nothing',
    },
    {
      address: other,
      as: 'provider',
      app: 'blender 3.4.1',
      accepted: 0,
      rejected: 3,
      otherwise: 0,
      score: 0.2,
      does: 'exclude',
    },
  ],
}

export const exampleParty: TrustDetail = {
  address: other,
  sentences: ['As a provider of blender 3.4.1.', 'It is not hired: 20 % is expected to be good.'],
  facts: [
    {
      kind: 'rejected',
      agreementId: `0x${'cd'.repeat(32)}`,
      count: 3,
      valueWei: glm(30),
      isProven: false,
      evidence: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
      atMs: 1_760_000_000_000,
    },
  ],
  rejections: [],
}

export const exampleAdmission: Admission = { key: `0x${'e5'.repeat(81)}` }

export const exampleRerun: Rerun = {
  judge: provider,
  provider: other,
  agreementId: `0x${'cd'.repeat(32)}`,
  index: 3,
  work: 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy',
  said: { accepted: false, message: '64x64 pixels of a frame rendered again: 31.0 % of the values differ' },
  found: { accepted: true, message: '64x64 pixels of a frame rendered again: equal to the last bit' },
  isSame: false,
}

export const exampleVetting: VettingView = {
  report: 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy',
  auditor: provider,
  application: 'sieve 2.0.1',
  manifest: 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku',
  permissions: [],
  began: 'ready',
  requests: [{ method: 'calibrate', outcome: 'answered' }],
  inputs: null,
  attempts: [
    { kind: 'network', what: '203.0.113.9:4444', times: 3, allowed: 0 },
    { kind: 'read', what: '/root/.ssh/id_rsa', times: 1, allowed: 0 },
    { kind: 'call', what: 'ptrace', times: 2, allowed: 0 },
    { kind: 'call', what: 'io_uring_setup', times: 1, allowed: 0 },
  ],
  untold: 0,
  processes: { started: 12, atMost: 4, refused: 0 },
  ...{ bytesRead: 81_920, bytesWritten: 4_096, peakMemoryBytes: 33_554_432, limit: null, malware: null },
  suspicions: [
    { kind: 'network', what: '203.0.113.9:4444' },
    { kind: 'files', what: '/root/.ssh/id_rsa' },
    { kind: 'escape', what: 'ptrace' },
  ],
  atMs: 1_760_000_000_000,
}

export const exampleAudits: AuditsView = {
  isOn: false,
  stakeWei: glm(150_000),
  underWay: 0,
  made: [
    {
      ...{ requestor: other, provider, app: 'blender 3.4.1', index: 3, isAccepted: true, feeWei: glm(2) },
      message: '64x64 pixels of a frame rendered again: equal to the last bit',
      verdict: 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy',
      atMs: 1_760_000_000_000,
    },
  ],
  got: [
    {
      ...{ job: 'mx1ow8b1', subtask: 'frame-7', provider: other, isPlanted: false, outcome: 'withhold' },
      words: [
        {
          ...{ auditor: provider, isAccepted: false, isWrong: false, feeWei: glm(2) },
          verdict: 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy',
        },
      ],
      atMs: 1_760_000_000_000,
    },
  ],
}

export const exampleDisputes: DisputesView = {
  self: provider,
  bondWei: glm(100_000),
  stake: { totalWei: glm(200_000), agedWei: glm(150_000), exitsAtS: null },
  weightWei: glm(150_000),
  allWei: glm(9_000_000),
  disputes: [
    {
      ...{ id: 4, accuser: provider, accused: other, panel: 1, phase: 'committing', untilS: 1_760_000_000 },
      ...{ verdict: null, amountWei: glm(50_000), bondsWei: glm(100_000), acquitting: 0, convicting: 0, seats: 9 },
      ...{
        isJuror: false,
        evidence: 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy /ip4/192.0.2.7/p2p/16U',
      },
    },
  ],
}
