import type { Page } from '@golem/e2e/app'

const PIXELS_A_SECOND = 3_000
const SECONDS = 8

/**
 * Frames a second that a page draws while it scrolls as by a wheel, from its top: three screens a second are what somebody
 * does who looks for something.
 */
export async function scrollRate(page: Page): Promise<number> {
  // What is not in front draws nothing.
  await page.bringToFront()
  await page.evaluate('window.scrollTo(0, 0)')
  await page.evaluate(COUNT)
  const session = await page.context().newCDPSession(page)
  try {
    await session.send('Input.synthesizeScrollGesture', {
      x: 700,
      y: 700,
      yDistance: -PIXELS_A_SECOND * SECONDS,
      speed: PIXELS_A_SECOND,
      gestureSourceType: 'mouse',
      preventFling: true,
    })
  } finally {
    await session.detach()
  }
  return page.evaluate<number>('window.endCount()')
}

/** Runs in the page. Only frames in which it has moved count, with the time between the first of them and the last. */
const COUNT = `{
  let first = null, last = null, frames = 0, y = window.scrollY, isCounting = true
  const tick = (now) => {
    if (!isCounting) return
    if (window.scrollY !== y) {
      y = window.scrollY
      if (first === null) first = now
      else frames += 1
      last = now
    }
    requestAnimationFrame(tick)
  }
  requestAnimationFrame(tick)
  window.endCount = () => {
    isCounting = false
    return (1000 * frames) / (last - first)
  }
}`
