import { expect, it } from 'vitest'
import { requireWithin } from './require-within.ts'

const files = (...sizes: number[]) => sizes.map((size, index) => ({ path: `${index}.png`, file: { size } }))
const limits = { maxBytes: 1_000, maxFiles: 3 }

it('lets pass what the daemon takes, and counts a file that is sent again once', () => {
  expect(() => requireWithin(limits, new Map(), files(500, 500))).not.toThrow()
  expect(() => requireWithin(limits, new Map([['0.png', 900]]), files(500, 500))).not.toThrow()
})

it('says how much there is, how much is taken, and what to do instead', () => {
  expect(() => requireWithin(limits, new Map([['scene.blend', 1]]), files(500, 500))).toThrow(
    expect.objectContaining({
      code: 'UPLOAD_TOO_LARGE',
      message: 'These files have 1001 B together; a page sends 1000 B at most.',
      remedy: expect.stringContaining('path on the machine of the daemon'),
    }),
  )
  expect(() => requireWithin(limits, new Map(), files(1, 1, 1, 1))).toThrow(
    'These are 4 files; a page sends 3 at most.',
  )
})
