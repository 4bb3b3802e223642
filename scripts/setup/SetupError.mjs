/** What a person can mend: one sentence of what is wrong, one of the remedy. Printed without a stack. */
export class SetupError extends Error {}
