/** What is about to come into sight counts too. */
const MARGIN = '300px'

type Watched = { enter: () => () => void; leave: (() => void) | null }

const watched = new Map<Element, Watched>()
let observer: IntersectionObserver | null = null

/**
 * Calls `enter` whenever an element comes into sight, and what that returned when it leaves it. One observer does for all:
 * nothing is measured while a page scrolls.
 *
 * @returns ends it; calls what `enter` returned, where the element is in sight
 */
export function whileInSight(element: Element, enter: () => () => void): () => void {
  observer ??= new IntersectionObserver(look, { rootMargin: MARGIN })
  const one: Watched = { enter, leave: null }
  watched.set(element, one)
  observer.observe(element)
  return () => {
    if (watched.get(element) === one) {
      watched.delete(element)
      observer?.unobserve(element)
    }
    one.leave?.()
  }
}

function look(entries: readonly IntersectionObserverEntry[]): void {
  for (const { target, isIntersecting } of entries) {
    const one = watched.get(target)
    if (one === undefined) continue
    one.leave?.()
    one.leave = isIntersecting ? one.enter() : null
  }
}
