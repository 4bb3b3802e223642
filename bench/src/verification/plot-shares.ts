import { compareStrategy, STRATEGIES } from '@golem/market/simulation'

// node bench/src/verification/plot-shares.ts > docs/images/trust-shares.svg: what some cheats gain, by the hostile share.
const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5]
const SEEDS = 20
const SHOWN = [
  'garbage, staked',
  'cheats at 0.03, staked',
  'turncoat after 25, staked',
  'colludes with auditors, staked',
  'eclipse',
  'wash trading',
  'badmouthing',
  'leaves at the end, staked',
]
const COLOURS = ['#1b9e77', '#d95f02', '#7570b3', '#e7298a', '#66a61e', '#b8860b', '#4d4d4d', '#1f78b4']
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [720, 380, 60, 220, 20, 40]

const lines = STRATEGIES.filter(({ name }) => SHOWN.includes(name)).map((strategy) => ({
  name: strategy.name,
  gains: SHARES.map((share) => compareStrategy(strategy, { share, seeds: SEEDS }).mean),
}))
const all = [0, ...lines.flatMap(({ gains }) => gains)]
const [least, most] = [Math.floor(Math.min(...all) / 10) * 10, Math.ceil(Math.max(...all) / 10) * 10]
const x = (share: number) => LEFT + ((share - 0.1) / 0.4) * (WIDTH - LEFT - RIGHT)
const y = (gain: number) => TOP + ((most - gain) / (most - least)) * (HEIGHT - TOP - BOTTOM)
const text = (at: [number, number], said: string, more = '') =>
  `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" ${more}>${said}</text>`

const ticks = Array.from({ length: (most - least) / 10 + 1 }, (_, step) => least + step * 10).filter(
  (gain) => gain % 20 === 0,
)
const drawn = [
  ...ticks.map(
    (gain) => `<path d="M${LEFT} ${y(gain).toFixed(1)}H${WIDTH - RIGHT}" stroke="${gain === 0 ? '#000' : '#ddd'}"/>`,
  ),
  ...ticks.map((gain) => text([LEFT - 8, y(gain) + 4], `${gain}`, 'text-anchor="end"')),
  ...SHARES.map((share) => text([x(share), HEIGHT - BOTTOM + 18], `${share * 100} %`, 'text-anchor="middle"')),
  text(
    [(LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4],
    'hostile providers, and where it helps their friends',
    'text-anchor="middle"',
  ),
  text([14, TOP - 6], "gain over the honest twin, subtasks' pay"),
  ...lines.flatMap(({ gains }, n) => {
    const points = gains.map((gain, at) => `${x(SHARES[at] as number).toFixed(1)},${y(gain).toFixed(1)}`)
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${COLOURS[n]}" stroke-width="2"/>`
  }),
  ...lines.map(({ name }, n) => text([WIDTH - RIGHT + 12, TOP + 14 + n * 20], name, `fill="${COLOURS[n]}"`)),
]
process.stdout.write(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">\n` +
    `<title>What cheats gain over their honest twins, by the share of hostile providers</title>\n` +
    `<rect width="100%" height="100%" fill="#fff"/>\n${drawn.join('\n')}\n</svg>\n`,
)
