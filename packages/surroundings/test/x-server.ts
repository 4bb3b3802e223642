import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import x11, { type Client, type XTest } from 'x11'

export type XServer = {
  display: string
  /** Moves its mouse. */
  touch(): Promise<void>
  stop(): Promise<void>
}

/** A real X server without a screen, with a client that moves the mouse as a person would. */
export async function startXServer(): Promise<XServer> {
  const server = spawn('Xvfb', ['-displayfd', '1', '-nolisten', 'tcp', '-screen', '0', '64x64x24'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = once(server, 'exit')
  const [number] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
  const display = `:${number}`
  const { client, root } = await new Promise<{ client: Client; root: number }>((resolve, reject) => {
    const made = x11.createClient({ display }, (error, { screen }) =>
      error ? reject(error) : resolve({ client: made, root: screen[0]?.root ?? 0 }),
    )
  })
  client.on('error', () => undefined)
  const input = await new Promise<XTest>((resolve, reject) =>
    client.require('xtest', (error, extension) => (error ? reject(error) : resolve(extension))),
  )
  // An answer to a later request says that the earlier one was done.
  const done = () => new Promise<void>((resolve) => client.require('screen-saver', () => resolve()))
  let x = 0
  return {
    display,
    touch: async () => {
      x = (x + 1) % 60
      input.FakeInput(input.MotionNotify, 0, 0, root, x, x)
      await done()
    },
    stop: async () => {
      client.terminate()
      server.kill()
      await exited
    },
  }
}
