import x11 from 'x11'
import type { InputSource } from './input-source.ts'

const ANSWER_MS = 1_000

/**
 * An X server, by its screen saver's clock. Not for Wayland: the X server there sees only what is done to X programs.
 *
 * @param display such as `:0`
 * @throws where there is none, or none for us
 */
export async function openX11Input(display: string): Promise<InputSource> {
  let lost: Error | null = null
  const { promise: gone, reject } = Promise.withResolvers<never>()
  gone.catch(() => undefined)
  const lose = (error: Error): void => {
    lost ??= error
    reject(lost)
  }
  const timer = setTimeout(() => lose(new Error('the X server does not answer')), ANSWER_MS)
  const opened = Promise.withResolvers<Parameters<Parameters<typeof x11.createClient>[1]>[1]>()
  const client = x11.createClient({ display }, (error, value) =>
    error === null || error === undefined ? opened.resolve(value) : lose(error),
  )
  client.on('error', lose)
  client.on('end', () => lose(new Error('the X server went')))
  const ask = <T>(begin: (callback: (error: Error | null, value: T) => void) => void): Promise<T> =>
    Promise.race([
      gone,
      new Promise<T>((resolve, fail) => begin((error, value) => (error ? fail(error) : resolve(value)))),
    ])
  try {
    const { screen } = await Promise.race([gone, opened.promise])
    const root = screen[0]?.root ?? 0
    const saver = await ask<import('x11').ScreenSaver>((callback) => client.require('screen-saver', callback))
    return {
      name: 'X11',
      idleMs: async () => {
        if (lost !== null) throw lost
        return (await ask<{ idle: number }>((callback) => saver.QueryInfo(root, callback))).idle
      },
      close: () => {
        lose(new Error('closed'))
        client.terminate()
      },
    }
  } catch (error) {
    client.terminate()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
