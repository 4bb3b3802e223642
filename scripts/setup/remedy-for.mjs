const COMMANDS = {
  'apt-get': (packages) => `apt-get update && apt-get install -y --no-install-recommends ${packages}`,
  dnf: (packages) => `dnf install -y ${packages}`,
  pacman: (packages) => `pacman -S --needed ${packages}`,
  zypper: (packages) => `zypper install -y ${packages}`,
  apk: (packages) => `apk add ${packages}`,
}

/**
 * What a person has to run where the set-up may not.
 *
 * @param {{platform: string, manager: string | undefined, isRoot: boolean, packages: string[]}} facts
 * @returns {string} what is missing, then the command
 */
export function remedyFor({ platform, manager, isRoot, packages }) {
  const names = packages.join(' and ')
  if (platform !== 'linux') {
    // A provider's sandbox is made of Linux namespaces: no installation of a runtime makes one elsewhere.
    const blender =
      manager === 'brew' && packages.includes('blender') ? ' (Blender itself: brew install --cask blender)' : ''
    return `Missing: ${names}. Golem's sandbox needs Linux: use a Linux machine, a virtual machine or WSL${blender}.`
  }
  const command = COMMANDS[manager]?.(packages.join(' '))
  if (command === undefined)
    return `Missing: ${names}. Install them with your system's package manager, then run this again.`
  const asRoot = isRoot ? command : command.replace(/^|(?<=&& )/g, 'sudo ')
  return `Missing: ${names}. Run this, then try again:\n  ${asRoot}`
}
