/** How each package manager is asked. */
const COMMANDS = {
  'apt-get': (packages) => `apt-get update && apt-get install -y --no-install-recommends ${packages}`,
  dnf: (packages) => `dnf install -y ${packages}`,
  pacman: (packages) => `pacman -S --needed --noconfirm ${packages}`,
  zypper: (packages) => `zypper install -y ${packages}`,
  apk: (packages) => `apk add ${packages}`,
}

/**
 * Where the sandbox cannot run, since a runtime makes it out of Linux namespaces: what brings a Linux to run it in. On
 * both, Golem and its programs are then installed inside.
 */
const LINUX_ON = {
  darwin: 'brew install lima && limactl start --name=golem template://debian-12 && limactl shell golem',
  win32: 'wsl --install -d Debian',
}
/** Blender alone, for who only wants to look at scenes there. */
const BLENDER_ON = {
  darwin: 'brew install --cask blender',
  win32: 'winget install --exact --id BlenderFoundation.Blender',
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
    const linux = LINUX_ON[platform]
    if (linux === undefined)
      return `Missing: ${names}. Golem's sandbox needs Linux: use a Linux machine or a virtual machine.`
    const blender = packages.includes('blender') ? `\nBlender for this system itself: ${BLENDER_ON[platform]}` : ''
    return `Missing: ${names}. Golem's sandbox needs Linux. Run this, clone Golem inside, and try again there:\n  ${linux}${blender}`
  }
  const command = COMMANDS[manager]?.(packages.join(' '))
  if (command === undefined)
    return `Missing: ${names}. Install them with your system's package manager, then run this again.`
  const asRoot = isRoot ? command : command.replace(/^|(?<=&& )/g, 'sudo ')
  return `Missing: ${names}. Run this, then try again:\n  ${asRoot}`
}
