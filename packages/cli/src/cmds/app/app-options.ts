/** What the command line says, as commander reads it by `options.ts`. */
export type AppOptions = { open: boolean }
