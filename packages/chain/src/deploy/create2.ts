import { type Address, asAddress, type Hex, keccakHex } from '@golem/protocol'

/**
 * The deterministic deployer that most EVM chains have, and whoever lacks it can get: it makes contracts at addresses
 * which depend on their code alone (https://github.com/Arachnid/deterministic-deployment-proxy).
 */
export const FACTORY = {
  address: asAddress('0x4e59b44847b379578588920ca78fbf26c0b4956c'),
  /** Whose one transaction makes it. Nobody has the key: the signature was made up, and the signer follows from it. */
  signer: asAddress('0x3fab184622dc19b6109349b94811493bf2a45362'),
  /** What that transaction costs: 100,000 gas at 100 gwei. */
  costWei: 10n ** 16n,
  transaction:
    '0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222',
} as const

const SALT = '0'.repeat(64)

/** What the factory is sent. */
export const factoryData = (initCode: Hex): Hex => `0x${SALT}${initCode.slice(2)}`

/** Where the factory makes a contract (EIP-1014). */
export const addressOf = (initCode: Hex): Address =>
  lastBytes(keccakHex(bytes(`ff${FACTORY.address.slice(2)}${SALT}${keccakHex(bytes(initCode.slice(2))).slice(2)}`)))

/** Where a contract makes its nth contract, from 1 on, as long as there are few: the hash of the list (maker, n) in RLP. */
export const childOf = (maker: Address, n: number): Address =>
  lastBytes(keccakHex(bytes(`d694${maker.slice(2)}${n.toString(16).padStart(2, '0')}`)))

const lastBytes = (hash: Hex): Address => asAddress(`0x${hash.slice(-40)}`)
const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex')
