import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readChainFile, removeChainFile, writeChainFile } from './chain-file.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'golem-chain-file-'))
})
afterEach(() => rm(home, { recursive: true }))

const file = { rpcUrl: 'http://127.0.0.1:8545', chainId: 31_337, token: '0x1a', payments: '0x2b' }

it('is kept, replaced and forgotten whole', async () => {
  expect(await readChainFile(home)).toBeNull()
  await writeChainFile(home, file)
  await writeChainFile(home, { ...file, chainId: 5 })
  expect(await readChainFile(home)).toEqual({ ...file, chainId: 5 })
  expect(await readdir(home)).toEqual(['chain.json'])
  await removeChainFile(home)
  await removeChainFile(home)
  expect(await readChainFile(home)).toBeNull()
})

it.each(['', '{', '[]', '{"rpcUrl":1}'])('starts on no chain at all rather than on a wrong one: %j', async (text) => {
  await writeFile(join(home, 'chain.json'), text)
  await expect(readChainFile(home)).rejects.toMatchObject({ code: 'CHAIN_FILE_INVALID' })
})
