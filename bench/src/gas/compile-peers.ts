import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import solc from 'solc'
import type { Abi, Hex } from 'viem'

export type Compiled = { abi: Abi; bytecode: Hex }

/** Compiles `peers.sol` with the settings of our own contracts. @throws {Error} with the compiler's words */
export function compilePeers(): Record<'Token' | 'MultiTransfer', Compiled> {
  const name = 'peers.sol'
  const input = {
    language: 'Solidity',
    sources: { [name]: { content: readFileSync(join(import.meta.dirname, name), 'utf8') } },
    settings: {
      evmVersion: 'cancun',
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  }
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as Output
  const compiled = output.contracts?.[name]
  if (compiled === undefined) throw new Error(output.errors?.map((error) => error.formattedMessage).join('\n'))
  const of = (contract: string): Compiled => {
    const found = compiled[contract]
    if (found === undefined) throw new Error(`${name} has no contract ${contract}`)
    return { abi: found.abi, bytecode: `0x${found.evm.bytecode.object}` }
  }
  return { Token: of('Token'), MultiTransfer: of('MultiTransfer') }
}

type Output = {
  errors?: { formattedMessage: string }[]
  contracts?: Record<string, Record<string, { abi: Abi; evm: { bytecode: { object: string } } }>>
}
