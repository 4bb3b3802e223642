// Loaded before a program (`node --import`), this makes its clock wrong by GOLEM_CLOCK_SHIFT_MS: for it, and for every
// library in it, as on a host whose clock is wrong. Time that passes, passes as everywhere.
const shiftMs = Number(process.env.GOLEM_CLOCK_SHIFT_MS ?? 0)
const RealDate = Date

globalThis.Date = class ShiftedDate extends RealDate {
  constructor(...when) {
    if (when.length === 0) super(RealDate.now() + shiftMs)
    else super(...when)
  }
  static now() {
    return RealDate.now() + shiftMs
  }
}
