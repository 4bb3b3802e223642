/** What is used of it; the package has no types. */
declare module 'x11' {
  import type { EventEmitter } from 'node:events'

  type Callback<T> = (error: Error | null, value: T) => void
  export type ScreenSaver = {
    /** `idle` in milliseconds. */
    QueryInfo(drawable: number, callback: Callback<{ idle: number }>): void
  }
  export type XTest = {
    readonly KeyPress: number
    readonly KeyRelease: number
    readonly MotionNotify: number
    FakeInput(type: number, detail: number, time: number, window: number, x: number, y: number): void
  }
  export type Client = EventEmitter & {
    require(extension: 'screen-saver', callback: Callback<ScreenSaver>): void
    require(extension: 'xtest', callback: Callback<XTest>): void
    terminate(): void
  }
  export type Display = { client: Client; screen: { root: number }[] }

  const x11: { createClient(options: { display: string }, callback: Callback<Display>): Client }
  export default x11
}
