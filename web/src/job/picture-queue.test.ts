import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { fetchPicture, holdPictures, keptPicture } from './picture-queue.ts'

const NEVER = new AbortController().signal

async function servePictures() {
  const asked: { path: string; atMs: number }[] = []
  const server = createServer(({ url }, answer) => {
    asked.push({ path: url ?? '', atMs: performance.now() })
    answer.end('a picture')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { asked, at: (path: string) => `http://127.0.0.1:${port}${path}` }
}

it('begins nothing while frames fly past, and then what is still in sight', async () => {
  const { asked, at } = await servePictures()
  const heldAtMs = performance.now()
  holdPictures()
  const gone = new AbortController()
  const passed = fetchPicture(at('/passed'), gone.signal)
  const seen = fetchPicture(at('/seen'), NEVER)
  gone.abort()
  expect(await seen).toMatch(/^blob:/)
  expect(await passed).toBeNull()
  expect(asked.map(({ path }) => path)).toEqual(['/seen'])
  // A timer never rings early.
  expect((asked[0]?.atMs ?? 0) - heldAtMs).toBeGreaterThanOrEqual(100)
})

it('fetches a picture once', async () => {
  const { asked, at } = await servePictures()
  const first = await fetchPicture(at('/1'), NEVER)
  expect(await fetchPicture(at('/1'), NEVER)).toBe(first)
  expect(keptPicture(at('/1'))).toBe(first)
  expect(asked).toHaveLength(1)
})
