import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** Nothing serious against a view as it stands, by axe. */
export async function expectAccessible(page: Page, view: string): Promise<void> {
  // A page of its own for each analysis is for frames of other origins, of which the app has none.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect([view, serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 160))])]).toEqual([view, []])
}
