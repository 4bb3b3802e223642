/** Things to release, in the order in which they were taken; released backwards. */
export type Release = () => Promise<void> | void
