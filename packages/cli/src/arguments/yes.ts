import type { Command } from 'commander'

/** A command that costs gas: it shows how much, and asks. */
export const withYes = (command: Command): Command => command.option('--yes', 'do it without asking')
