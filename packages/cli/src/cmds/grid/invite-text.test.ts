import decodeQR from 'qr/decode.js'
import { expect, it } from 'vitest'
import { testIo } from '../../../test/test-io.ts'
import { inviteText } from './invite-text.ts'

/** As long as invites get: three long addresses. */
const invite = `golem://grid/${'n'.repeat(32)}/1~${'k'.repeat(43)}~16U${'h'.repeat(50)}~1999999999~${'p'.repeat(27)}~${'t'.repeat(27)}~${'/ip4/192.168.100.200/tcp/40001,'.repeat(3)}~Zk3q1A`
const PIXELS = 4

/** What a camera sees of half blocks on a dark terminal. */
function photograph(lines: readonly string[]): string {
  const [width, height] = [(lines[0] ?? '').length * PIXELS, lines.length * 2 * PIXELS]
  const data = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const char = lines[Math.floor(y / PIXELS / 2)]?.[Math.floor(x / PIXELS)] ?? ' '
      const isLight = char === '█' || char === (Math.floor(y / PIXELS) % 2 === 0 ? '▀' : '▄')
      data.set([...Array<number>(3).fill(isLight ? 255 : 0), 255], (y * width + x) * 4)
    }
  }
  return decodeQR({ width, height, data })
}

it('is a command to copy, and on a terminal a code that says the same', () => {
  const text = inviteText({ io: testIo({ cwd: '/', terminal: true }) }, invite)
  expect(text).toContain(`golem grid join '${invite}'`)
  const lines = text.split('\n')
  const code = lines.slice(lines.findIndex((line) => line.startsWith('█')))
  expect(code[0]?.length).toBeLessThanOrEqual(80)
  expect(photograph(code)).toBe(invite)
})

it('shows no code where nobody could scan it', () => {
  const narrow = testIo({ cwd: '/', terminal: true })
  narrow.stdout.columns = 50
  for (const io of [testIo({ cwd: '/' }), narrow]) expect(inviteText({ io }, invite)).not.toContain('█')
})
