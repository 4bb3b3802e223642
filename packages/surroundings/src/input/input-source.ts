/** Somebody who knows when the machine was touched last. */
export type InputSource = {
  /** For people: `X11`, `GNOME`, ... */
  readonly name: string
  /** null where it cannot say it at the moment. @throws where it is gone */
  idleMs(): Promise<number | null>
  close(): void
}
