import { z } from 'zod'

/** `call`: of the kernel's, or of WASI's, that no program needs for computing. */
export const attemptKind = z.enum(['network', 'read', 'write', 'call'])
export type AttemptKind = z.infer<typeof attemptKind>

/** Attempts of one kind that are told apart; what comes after them is only counted. */
export const MAX_ATTEMPTS_OF_A_KIND = 200
export const MAX_ATTEMPT_CHARACTERS = 300

/** What a program tried that reaches beyond what it was given. */
export const attempt = z.strictObject({
  kind: attemptKind,
  /** An address, a path or a call, as the program gave it. */
  what: z.string().max(MAX_ATTEMPT_CHARACTERS),
  times: z.number().int().positive(),
  /** How often it got it. */
  allowed: z.number().int().nonnegative(),
})
export type Attempt = z.infer<typeof attempt>

/** What a program that ran under observation tried. */
export const observation = z.strictObject({
  attempts: z.array(attempt).max(MAX_ATTEMPTS_OF_A_KIND * attemptKind.options.length),
  /** Attempts past what is told apart. */
  untold: z.number().int().nonnegative(),
  /** Its processes and threads: begun, at once, and refused for there being too many. */
  processes: z.strictObject({
    started: z.number().int().nonnegative(),
    atMost: z.number().int().nonnegative(),
    refused: z.number().int().nonnegative(),
  }),
})
export type Observation = z.infer<typeof observation>
