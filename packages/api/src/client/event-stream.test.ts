import { expect, it } from 'vitest'
import { readEvents } from './event-stream.ts'

const stream = (...pieces: string[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece))
      controller.close()
    },
  })

it('gives the data of each event, however the bytes were cut', async () => {
  const text = 'data: {"a":1}\nid: 1\n\n: still here\n\nid: 2\ndata: ä\ndata: b\n\n'
  for (let cut = 1; cut < text.length; cut += 1) {
    expect(await Array.fromAsync(readEvents(stream(text.slice(0, cut), text.slice(cut))))).toEqual([
      '{"a":1}',
      '',
      'ä\nb',
    ])
  }
})

it('gives nothing of an event that was broken off', async () => {
  expect(await Array.fromAsync(readEvents(stream('data: 1\n\ndata: 2')))).toEqual(['1'])
})
