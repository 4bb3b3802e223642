import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { scannerCompliance } from '@golem/ports/compliance'
import { EICAR } from '@golem/ports/memory'
import { expect, it } from 'vitest'
import { createClamScanner } from './create-clam-scanner.ts'

/** One signature of our own: what the world's signatures are does not matter here, and they are a download of 200 MB. */
async function signatures(folder: string): Promise<string> {
  const database = join(folder, 'signatures')
  await mkdir(database)
  await writeFile(join(database, 'test.ndb'), `Eicar-Test:0:*:${Buffer.from(EICAR).toString('hex')}\n`)
  return database
}

scannerCompliance('clamscan', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'golem-scan-'))
  const place = join(folder, 'place')
  await mkdir(place)
  return {
    scanner: createClamScanner({ mode: () => 'clamscan', database: await signatures(folder), configFile: '/no/clamd' }),
    folder: place,
    write: async (name, text) => {
      await mkdir(dirname(join(place, name)), { recursive: true })
      await writeFile(join(place, name), text)
    },
    remove: () => rm(folder, { recursive: true }),
  }
})

it('looks for nothing where it is off, or where it is to go by clamd and none runs', async () => {
  for (const mode of ['off', 'auto'] as const)
    expect(await createClamScanner({ mode: () => mode, configFile: '/no/clamd' }).scan('/usr/bin/env')).toBeNull()
})

it('takes a scan without signatures for no "nothing found"', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'golem-scan-'))
  try {
    const scanner = createClamScanner({ mode: () => 'clamscan', database: folder, configFile: '/no/clamd' })
    await expect(scanner.scan(folder)).rejects.toMatchObject({ code: 'SCAN_FAILED', remedy: expect.any(String) })
  } finally {
    await rm(folder, { recursive: true })
  }
})
