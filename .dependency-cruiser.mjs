// The house's arrows (ARCHITECTURE.md). A room may import from the rooms in its list and from nowhere else.
const ARROWS = {
  contracts: [],
  'packages/protocol': [],
  'packages/market': ['packages/protocol'],
  'packages/ports': ['packages/protocol'],
  'packages/chain': ['packages/protocol', 'packages/ports', 'contracts'],
  'packages/network': ['packages/protocol', 'packages/ports'],
  'packages/storage': ['packages/protocol', 'packages/ports'],
  'packages/sandbox': ['packages/protocol', 'packages/ports'],
  'packages/surroundings': ['packages/protocol', 'packages/ports'],
  'packages/roles': ['packages/protocol', 'packages/market', 'packages/ports'],
  'packages/api': ['packages/protocol'],
  'packages/node': [
    'packages/protocol',
    'packages/market',
    'packages/ports',
    'packages/roles',
    'packages/chain',
    'packages/network',
    'packages/storage',
    'packages/sandbox',
    'packages/surroundings',
    'packages/api',
  ],
  'packages/sdk': ['packages/protocol', 'packages/api'],
  'packages/cli': ['packages/protocol', 'packages/api'],
  'apps/[^/]+': ['packages/sdk'],
  web: ['packages/protocol', 'packages/api'],
}
/** What tests of a room may stand on besides: a daemon to talk to, an application to host. */
const TEST_ARROWS = { 'packages/node': ['packages/sdk'], 'packages/cli': ['packages/node'] }
const TESTS = '[.]test[.]ts$'
// Compliance suites are Vitest files that adapters run; they may use what tests use.
const TEST_CODE = `${TESTS}|^packages/ports/src/compliance/|^packages/[^/]+/(test|escape|adversaries)/|/(testing|fixture)/`

const shortOf = (room) => (room === 'apps/[^/]+' ? 'apps' : room.replace('packages/', ''))

const arrows = Object.entries(ARROWS).map(([room, below]) => ({
  name: `arrows-of-${shortOf(room)}`,
  comment: below.length === 0 ? `${room} stands on no other room` : `${room} stands on ${below.join(', ')} only`,
  severity: 'error',
  from: { path: `^(${room})/` },
  // `$1` is the importer's own folder, so that one application does not import another.
  to: {
    path: '^(packages|apps|contracts|web|e2e|bench|scripts|examples)/',
    pathNot: [`^$1/`, ...[...below, ...(TEST_ARROWS[room] ?? [])].map((name) => `^${name}/`)],
  },
}))
const testArrows = Object.entries(TEST_ARROWS).map(([room, below]) => ({
  name: `arrows-of-${shortOf(room)}-but-tests`,
  comment: `Only tests of ${room} stand on ${below.join(', ')}`,
  severity: 'error',
  from: { path: `^${room}/`, pathNot: TEST_CODE },
  to: { path: below.map((name) => `^${name}/`) },
}))

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...arrows,
    ...testArrows,
    {
      name: 'through-exports',
      comment: 'Packages meet through what their package.json exports, never by a path into each other.',
      severity: 'error',
      from: { path: '^((?:packages|apps)/[^/]+|contracts|web|e2e|bench)/' },
      to: {
        path: '^(packages|apps|contracts|web)/',
        pathNot: '^$1/',
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'no-cycles',
      comment: 'No cycles, types included.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'pure-rooms',
      comment: 'These rooms also run in a browser: no Node module.',
      severity: 'error',
      from: {
        path: '^packages/(protocol|market|roles|ports|storage|network/src|sandbox/src/wasm)/',
        pathNot: `${TEST_CODE}|^packages/storage/src/disk/|^packages/network/src/node/`,
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'network-in-a-page',
      comment: 'What only Node has stands in packages/network/src/node; the rest also runs in a page.',
      severity: 'error',
      from: { path: '^packages/network/src/', pathNot: `^packages/network/src/(node/|index[.]ts)|${TEST_CODE}` },
      to: { path: '^packages/network/src/node/|^node_modules/@libp2p/(tcp|tls|mdns|upnp-nat)/' },
    },
    {
      name: 'declared',
      comment: "What a package imports stands in its own package.json; the tools of the root's are for tests.",
      severity: 'error',
      from: { path: '^((packages|apps)/[^/]+|contracts|web|e2e|bench)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], pathNot: '^node_modules/vitest/' },
    },
    {
      name: 'no-test-tools',
      comment: 'What is not a test does without the tools of tests.',
      severity: 'error',
      from: { path: '^((packages|apps)/[^/]+|contracts|web)/', pathNot: TEST_CODE },
      to: { path: '^node_modules/(vitest|fast-check)/' },
    },
    {
      name: 'no-tests',
      comment: 'Nothing imports a test.',
      severity: 'error',
      from: {},
      to: { path: TESTS },
    },
    {
      name: 'resolvable',
      comment: 'Every import leads somewhere, through the exports of the package it names.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|generated|coverage)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
}
