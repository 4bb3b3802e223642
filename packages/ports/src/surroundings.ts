/** What goes on around the daemon on its machine. */
export type Sight = {
  /** Since the last touch of keyboard, mouse or screen; null where nobody can be asked, as on a machine without any. */
  inputIdleMs: number | null
  /** Who told that, for people: `X11`, `GNOME`, ... */
  inputBy: string | null
  /** Cores that everything but Golem keeps busy, over the last seconds. */
  otherCores: number
  cores: number
  isOnBattery: boolean
  /** The network costs by the byte. */
  isMetered: boolean
}

/** Looks around: whether somebody needs the machine, and what lending it would cost. */
export type Surroundings = {
  /** Cheap: asked several times a second. What cannot be found out counts as absent. */
  look(): Promise<Sight>
  stop(): Promise<void>
}
