import { homedir } from 'node:os'
import { resolve } from 'node:path'
import type { Io } from './io.ts'

/**
 * The daemon's home, absolute. An empty name is none: a variable that a script left unset must not make a home of the
 * folder where it runs.
 */
export const homeOf = (option: string | undefined, { cwd, env }: Pick<Io, 'cwd' | 'env'>): string =>
  resolve(cwd, option || env.GOLEM_HOME || `${homedir()}/.golem`)
