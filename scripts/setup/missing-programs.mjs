/** A need is met by any of its commands or files; `packages` names what brings it, the same word with every package manager. */
const NEEDS = [
  { commands: ['blender'], packages: ['blender'] },
  // Makes videos of finished frames.
  { commands: ['ffmpeg'], packages: ['ffmpeg'] },
  // Runs in a page what also runs in Node, and shows that both compute the same.
  { commands: ['chromium'], packages: ['chromium'] },
  // Hangul, in whatever is shown by it. Other systems call it otherwise, and nothing but pictures of pages needs it.
  {
    manager: 'apt-get',
    files: [
      '/usr/share/fonts/truetype/nanum/NanumGothic.ttf',
      '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
    ],
    packages: ['fonts-nanum'],
  },
  // What a person at a desktop is shown by: an X server without a screen, and a message bus.
  { commands: ['Xvfb'], packages: ['xvfb'] },
  { commands: ['dbus-daemon'], packages: ['dbus'] },
  // What routers and bad lines are made of, for tests of whole networks.
  { commands: ['nft'], packages: ['nftables'] },
  { commands: ['cc'], packages: ['gcc', 'libc6-dev'] },
  // What the sandbox can work with (packages/sandbox/src/oci/find-runtime.ts): any other does not help.
  { commands: ['runsc', 'crun', 'runc'], packages: ['runc', 'crun'] },
  // Gives a program that was granted hosts a network with nothing else in it, and tests their hosts.
  { commands: ['ip'], packages: ['iproute2'] },
  // Tells what programs try that run under observation.
  { commands: ['strace'], packages: ['strace'] },
  // Looks for malware where it is asked to; here, in tests.
  { commands: ['clamscan'], packages: ['clamav'] },
  // Unpacks images, inside the sandbox.
  { commands: ['umoci'], packages: ['umoci'] },
]

/**
 * The packages to install on a system.
 *
 * @param {(commandOrFile: string) => boolean} isThere a path begins with a slash
 * @param {string} [manager] the system's package manager
 * @returns {string[]}
 */
export const missingPrograms = (isThere, manager) =>
  NEEDS.filter((need) => need.manager === undefined || need.manager === manager)
    .filter(({ commands = [], files = [] }) => ![...commands, ...files].some(isThere))
    .flatMap(({ packages }) => packages)
