/** A need is met by any of its commands; `packages` names what brings it, the same word with every package manager. */
const NEEDS = [
  { commands: ['blender'], packages: ['blender'] },
  // Runs in a page what also runs in Node, and shows that both compute the same.
  { commands: ['chromium'], packages: ['chromium'] },
  // What a person at a desktop is shown by: an X server without a screen, and a message bus.
  { commands: ['Xvfb'], packages: ['xvfb'] },
  { commands: ['dbus-daemon'], packages: ['dbus'] },
  // What the sandbox can work with (packages/sandbox/src/oci/find-runtime.ts): any other does not help.
  { commands: ['runsc', 'crun', 'runc'], packages: ['runc', 'crun'] },
  // Unpacks images, inside the sandbox.
  { commands: ['umoci'], packages: ['umoci'] },
]

/**
 * The packages to install on a system.
 *
 * @param {(command: string) => boolean} isThere
 * @returns {string[]}
 */
export const missingPrograms = (isThere) =>
  NEEDS.filter(({ commands }) => !commands.some(isThere)).flatMap(({ packages }) => packages)
