import type { AppDefinition } from './app.ts'

/**
 * Declares an application; the default export of the module that its package.json names under `golem.app`.
 *
 * @example
 * export default defineApp({ name: 'blender', version: '1', parameters, inputs, inspect, estimate, split, verify, merge, … })
 */
export const defineApp = <P, I, E>(definition: AppDefinition<P, I, E>): AppDefinition<P, I, E> => definition
