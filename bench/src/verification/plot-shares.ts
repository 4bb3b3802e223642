import {
  AUDITOR_STRATEGIES,
  AUDITOR_WORLD,
  compareStrategy,
  STRATEGIES,
  simulateAuditors,
} from '@golem/market/simulation'

// node bench/src/verification/plot-shares.ts > docs/images/trust-shares.svg: what each cheat gains, by the hostile share. Those that
// gain most at a half are named.
const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5]
const SEEDS = 20
const COLOURS = ['#d95f02', '#1b9e77', '#7570b3', '#e7298a', '#66a61e', '#b8860b', '#1f78b4']
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [760, 320, 60, 230, 34, 40]
/** Gains are shown down to this: whoever loses more is of no interest. */
const LEAST = -60

type Line = { name: string; gains: number[] }
type Panel = { title: string; of: string; lines: Line[] }

const byName = (who: 'provider' | 'requestor'): Line[] =>
  STRATEGIES.filter(({ by }) => by === who).map((strategy) => ({
    name: strategy.name,
    gains: SHARES.map((share) => compareStrategy(strategy, { share, seeds: SEEDS }).mean),
  }))
const ofAuditors = (): Line[] =>
  AUDITOR_STRATEGIES.map(({ name, plan, bribeWei = AUDITOR_WORLD.bribeWei }) => ({
    name,
    gains: SHARES.map((share) => {
      const gains = Array.from({ length: SEEDS }, (_, at) => {
        const world = { ...AUDITOR_WORLD, seed: at + 1, hostile: Math.round(share * AUDITOR_WORLD.auditors) }
        return simulateAuditors({ ...world, plan, bribeWei }).hostileProfit - simulateAuditors(world).hostileProfit
      })
      return gains.reduce((sum, gain) => sum + gain, 0) / SEEDS
    }),
  }))
const panels: Panel[] = [
  { title: 'Providers', of: 'hostile providers, and where it helps their friends', lines: byName('provider') },
  { title: 'Requestors', of: 'hostile requestors', lines: byName('requestor') },
  { title: 'Auditors', of: 'hostile auditors, by stake', lines: ofAuditors() },
]

const text = (at: [number, number], said: string, more = '') =>
  `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" ${more}>${said}</text>`

function drawn({ title, of, lines }: Panel, position: number): string {
  const all = [0, ...lines.flatMap(({ gains }) => gains)].filter((gain) => gain >= LEAST)
  const [least, most] = [Math.floor(Math.min(...all) / 10) * 10, Math.ceil(Math.max(1, ...all) / 10) * 10]
  const x = (share: number) => LEFT + ((share - 0.1) / 0.4) * (WIDTH - LEFT - RIGHT)
  const y = (gain: number) => TOP + ((most - Math.max(least, gain)) / (most - least)) * (HEIGHT - TOP - BOTTOM)
  const ticks = Array.from({ length: (most - least) / 10 + 1 }, (_, step) => least + step * 10)
  const named = lines.toSorted((a, b) => (b.gains.at(-1) ?? 0) - (a.gains.at(-1) ?? 0)).slice(0, COLOURS.length)
  const colourOf = (line: Line) => COLOURS[named.indexOf(line)] ?? '#ccc'
  const lineOf = (line: Line) => {
    const points = line.gains.map((gain, at) => `${x(SHARES[at] as number).toFixed(1)},${y(gain).toFixed(1)}`)
    const width = named.includes(line) ? 2 : 1
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colourOf(line)}" stroke-width="${width}"/>`
  }
  const more = lines.length - named.length
  return [
    `<g transform="translate(0 ${position * HEIGHT})">`,
    text([LEFT, TOP - 16], title, 'font-weight="bold"'),
    text([LEFT + 80, TOP - 16], "gain over the honest twin, subtasks' pay", 'fill="#555"'),
    ...ticks.map(
      (gain) => `<path d="M${LEFT} ${y(gain).toFixed(1)}H${WIDTH - RIGHT}" stroke="${gain === 0 ? '#000' : '#ddd'}"/>`,
    ),
    ...ticks.map((gain) => text([LEFT - 8, y(gain) + 4], `${gain}`, 'text-anchor="end"')),
    ...SHARES.map((share) => text([x(share), HEIGHT - BOTTOM + 18], `${share * 100} %`, 'text-anchor="middle"')),
    text([(LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6], of, 'text-anchor="middle"'),
    ...lines.toSorted((a, b) => Number(named.includes(a)) - Number(named.includes(b))).map(lineOf),
    ...named.map((line, n) => text([WIDTH - RIGHT + 12, TOP + 14 + n * 20], line.name, `fill="${colourOf(line)}"`)),
    ...(more > 0 ? [text([WIDTH - RIGHT + 12, TOP + 14 + named.length * 20], `${more} more`, 'fill="#999"')] : []),
    '</g>',
  ].join('\n')
}

process.stdout.write(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT * panels.length}" font-family="sans-serif" font-size="12">\n` +
    `<title>What cheats gain over their honest twins, by the hostile share</title>\n` +
    `<rect width="100%" height="100%" fill="#fff"/>\n${panels.map(drawn).join('\n')}\n</svg>\n`,
)
