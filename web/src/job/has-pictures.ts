import type { Job } from '@golem/api'

/** Of other applications nothing is known but that files come out. */
export const hasPictures = ({ app }: Pick<Job, 'app'>): boolean => app === 'blender'
