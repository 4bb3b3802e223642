import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const PACKAGES = ['blender']
/** One tree of programs, as Debian has it: what packages put into /bin and /lib lands in /usr. */
const MERGED = ['bin', 'sbin', 'lib', 'lib64']
const TRIPLE = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu'

/** Debian chooses among builds of these in scripts of the packages, which do not run here. */
const ENVIRONMENT = {
  LD_LIBRARY_PATH: ['blas', 'lapack'].map((name) => `/usr/lib/${TRIPLE}/${name}`).join(':'),
}

/**
 * Puts Blender and all that it needs, and nothing else, into a new folder, from Debian's packages: as any user, without
 * installing anything. Prints the command that makes an image of it. Needs apt with lists of packages (`apt-get update`), dpkg-deb and tar; about 270 MB are fetched.
 *
 * @param {string} target
 */
async function buildRootfs(target) {
  const work = await mkdtemp(join(tmpdir(), 'golem-image-'))
  try {
    const archives = join(work, 'archives')
    await mkdir(join(archives, 'partial'), { recursive: true })
    // A system on which nothing is installed yet, so that apt names all that is needed.
    await writeFile(join(work, 'status'), '')
    const options = [`Dir::State::status=${work}/status`, `Dir::Cache::archives=${archives}/`, 'Debug::NoLocking=1']
    const flags = [...options, 'APT::Sandbox::User='].flatMap((option) => ['-o', option])
    await run('apt-get', ['-q', '-y', ...flags, '--no-install-recommends', '--download-only', 'install', ...PACKAGES])
    await mkdir(target, { recursive: true })
    for (const name of MERGED) {
      await mkdir(join(target, 'usr', name), { recursive: true })
      await symlink(`usr/${name}`, join(target, name))
    }
    const script = 'dpkg-deb --fsys-tarfile "$1" | tar -x --directory "$2" --keep-directory-symlink --no-same-owner'
    for (const name of (await readdir(archives)).filter((each) => each.endsWith('.deb')))
      await run('bash', ['-o', 'pipefail', '-c', script, 'bash', join(archives, name), target])
    // Nobody reads these there.
    for (const name of ['usr/share/doc', 'usr/share/man', 'usr/share/locale'])
      await rm(join(target, name), { recursive: true, force: true })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said = `${said}${text}`.slice(-2_000)
    })
    child.once('error', fail).once('exit', (code) => {
      if (code === 0) done(undefined)
      else fail(new Error(`${command} ended with ${code}: ${said.trim()}`))
    })
  })
}

const target = resolve(process.argv[2] ?? 'blender-rootfs')
await buildRootfs(target)
const variables = Object.entries(ENVIRONMENT).map(([name, value]) => `--env ${name}=${value}`)
console.log(`golem image build ${target} --name blender ${variables.join(' ')} /usr/bin/blender`)
