/**
 * Sentences of the daemon that name a command of the terminal, and what the page says in their place, because it can do the same.
 * As in `said-ko.ts`, `{name}` is what changes, and a test sees that each sentence still stands in the daemon's sources.
 */
export const SAID_EN: readonly (readonly [daemon: string, page: string])[] = [
  ['Run `golem doctor` to see what is missing.', 'The examination under Tools says what is missing.'],
  ['Run `golem doctor`.', 'The examination under Tools says what is missing.'],
  ['See `golem jobs`.', 'Choose one under Jobs.'],
  ['See `golem job {id} --json`.', 'See the job itself.'],
  ['See `golem job {id}`.', 'See the job itself.'],
  ['Begin with `golem provide`.', 'Begin under Lend.'],
  ['This node does not lend; begin with `golem provide`.', 'This node does not lend; begin under Lend.'],
  ['Change it with `golem policy set`, or in {path}.', 'Change it under Lend, in “What runs here”, or in {path}.'],
  [
    'Mend the file, or use `golem policy set`; `golem policy --help` names the keys.',
    'Mend the file, or set the value in “All rules”.',
  ],
  [
    '{what} Mend the file, or use `golem policy set`; `golem policy --help` names the keys.',
    '{what} Mend the file, or set the value in “All rules”.',
  ],
  ['Install it; `golem status` names those that are.', 'Install it; those that are stand under Network.'],
  ['`golem image list` names those that are here.', 'Those that are here stand under Tools.'],
  [
    '`golem registry show` lists those that it has; `golem registry publish` adds one of this node.',
    'Network shows those that it has, and publishes one of this node.',
  ],
  [
    'To say what you think of it, use `golem registry certify` or `denounce` once it is published.',
    'To say what you think of it, certify or denounce it under Network once it is published.',
  ],
  ['Send some ETH to the address that `golem wallet` shows.', 'Send some ETH to the address that stands under Wallet.'],
  ['Send GLM to the address that `golem wallet` shows.', 'Send GLM to the address that stands under Wallet.'],
  [
    'It is looked after; `golem wallet history` says what became of it.',
    'It is looked after; the history under Wallet says what became of it.',
  ],
  [
    'A node shows its own with `golem status`; it begins with 16U.',
    'A node shows its own under Trust; it begins with 16U.',
  ],
  [
    'Start one with `golem up --provide`, or connect to a grid with `golem up --bootstrap ADDRESS`.',
    'Begin under Lend on another machine, or connect to a grid with `golem up --bootstrap ADDRESS`.',
  ],
  [
    'Connect to others with `golem up --bootstrap ADDRESS`; `golem job {id} resume` goes on then.',
    'Connect to others with `golem up --bootstrap ADDRESS`; the job can go on then.',
  ],
  [
    'Cancel it, and `golem job {id} resume --budget GLM` goes on: others are signed then.',
    'Cancel it, and let it go on with the new budget: others are signed then.',
  ],
  [
    'See that its daemon runs; `golem net` shows who is connected.',
    'See that its daemon runs; Network shows who is connected.',
  ],
  ['Join again with `golem grid join INVITE`.', 'Enter it again under Network, with an invite.'],
  [
    'Use `golem render FILE` on the machine of the daemon, which reads the file where it lies.',
    'Name the file on the daemon’s machine instead: it is read where it lies.',
  ],
  [
    'Pack the textures into the .blend, or use `golem render FILE` on the machine of the daemon.',
    'Pack the textures into the .blend, or name the file on the daemon’s machine.',
  ],
  [
    'Name a file that `golem wallet export` or a wallet has written.',
    'Choose a file that “Back up” or another wallet has written.',
  ],
  [
    'Once that is mended, go on with `golem chain deploy --rpc {rpc} --token {token}`.',
    'Once that is mended, press the same button again; what was made is not paid for twice.',
  ],
  ['Check the address, or leave --token out to make a token.', 'Check the address, or have a new token made.'],
]
