import { type GridFile, readGridFile } from '@golem/api/grid-file'
import { bytes32, GolemError, gridInvite, gridName } from '@golem/protocol'
import { z } from 'zod'

const gridFile = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('host'), name: gridName, psk: bytes32 }),
  gridInvite.extend({ role: z.literal('member') }),
])

/** To which private grid this home belongs. @throws {GolemError} `GRID_MISSING` */
export async function readGrid(home: string): Promise<GridFile> {
  const file = gridFile.safeParse(await readGridFile(home).catch(() => null))
  if (file.success) return file.data
  throw new GolemError({
    code: 'GRID_MISSING',
    message: `${home}/grid.json does not say to which grid this home belongs.`,
    remedy: 'Join again with `golem grid join INVITE`.',
  })
}
