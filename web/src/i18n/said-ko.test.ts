import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { en } from './en.ts'
import { PROBLEMS_KO } from './problems-ko.ts'
import { SAID_EN } from './said-en.ts'
import { SAID_KO } from './said-ko.ts'
import { translator } from './translator.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const korean = translator(SAID_KO)

/** Of the daemon and the applications, without their tests. */
async function sources(wanted = /^[^/]+\/(src|worker)\//): Promise<string[]> {
  const found: Promise<string>[] = []
  for (const room of ['packages', 'apps']) {
    for (const path of await readdir(join(ROOT, room), { recursive: true }))
      if (wanted.test(path) && /\.(ts|py)$/.test(path) && !path.endsWith('.test.ts'))
        found.push(readFile(join(ROOT, room, path), 'utf8'))
  }
  return Promise.all(found)
}
const wordsOf = (text: string): string[] => text.match(/[A-Za-z]{3,}/g) ?? []

it('knows what the daemon says: the words of each sentence stand together in a source of its', async () => {
  const files = (await sources()).map((text) => new Set(wordsOf(text)))
  const unsaid = [...SAID_EN, ...SAID_KO]
    .map(([english]) => english)
    .filter((english) => {
      const words = wordsOf(english.replace(/\{\w+#?\}/g, ' '))
      return !files.some((known) => words.every((word) => known.has(word)))
    })
  expect(unsaid).toEqual([])
})

it('knows each kind of transaction that the daemon writes down', async () => {
  const said = (await sources(/^chain\/src\/|^node\/src\/daemon\/acts\//)).flatMap((text) => [
    ...text.matchAll(/\b(?:callOf|ofEscrow|ofToken|send)\(\s*'([a-z ]+)'|\bwhat: '([a-z ]+)'/g),
  ])
  const kinds = said.map(([, called, named]) => (called ?? named ?? '').replaceAll(' ', '-'))
  expect(kinds.length).toBeGreaterThan(20)
  expect(
    [...new Set([...kinds, 'certify', 'denounce', 'retract'])].filter((kind) => !(kind in en.wallet.whats)),
  ).toEqual([])
})

/** Pieces of Python source are put together where they stand in brackets; what is in braces is a number. */
const sampleOf = (text: string): string => text.replaceAll(/\{[^{}]*\}/g, '7')

it('knows each warning of Blender, as its source has it', async () => {
  const source = await readFile(join(ROOT, 'apps/blender/worker/warnings_about.py'), 'utf8')
  const joined = source.replaceAll(/"\s*\n\s*"/g, '')
  const warnings = [...joined.matchAll(/"[A-Z_]{3,}", f"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => sampleOf(text))
  expect(warnings.length).toBe(joined.match(/\byield\b/g)?.length)
  expect(warnings.filter((text) => korean(text) === text)).toEqual([])
})

it('knows failures by codes that the daemon has', async () => {
  const known = new Set(
    (await sources()).flatMap((text) => text.match(/['"][A-Z_]+['"]/g) ?? []).map((code) => code.slice(1, -1)),
  )
  expect(Object.keys(PROBLEMS_KO).filter((code) => !known.has(code))).toEqual([])
})

it('keeps what changes in a sentence', () => {
  const names = (text: string) =>
    [...text.matchAll(/\{(\w+)#?\}/g)].map(([, name = '']) => name).toSorted((a, b) => a.localeCompare(b))
  for (const [english, other] of SAID_KO) expect([english, names(other)]).toEqual([english, names(english)])
})

it.each([
  ['no provider is in sight; others are being asked', '보이는 공급자가 없어 다른 곳에 묻고 있습니다'],
  ['the provider takes no work at the moment; others are being asked', '공급자가 지금은 작업을 받지 않아'],
  ['3 providers take no work at the moment; others are being asked', '공급자 3곳이 지금은'],
  [
    "frame-1-tile-3: Frame 1 is not this scene's picture: 59.7 % of the values differ, blocks by up to 6.33.",
    '값의 59.7 %가 다르고',
  ],
  [
    '32x18 pixels of a frame rendered again: equal to the last bit',
    '한 프레임의 32x18 픽셀을 다시 렌더링: 마지막 비트까지 같음',
  ],
  [
    '32x18 pixels of 2 frames rendered again: alike (1.2 % of the values differ, blocks by up to 0.31)',
    '2개 프레임의 32x18 픽셀을 다시 렌더링: 비슷함(값의 1.2 %가 다르고 블록 차이는 최대 0.31)',
  ],
  [
    'frame 7, tile 2 of 4 (being checked), frame 8, tile 1 of 4 (42 %)',
    '7번 프레임, 타일 2/4(검사 중), 8번 프레임, 타일 1/4(42 %)',
  ],
  [
    "Frame 7 is not this scene's picture: 60.0 % of the values differ, blocks by up to 9.10.",
    '7번 프레임은 이 장면의 그림이 아닙니다: 값의 60.0 %가 다르고 블록 차이는 최대 9.10.',
  ],
  [
    'golem.blend, saved by Blender 3.4.1: scene Scene, frames 1-12, 640x360, 16 samples.',
    'golem.blend, Blender 3.4.1에서 저장됨: 장면 Scene, 프레임 1-12, 640x360, 16샘플.',
  ],
  [
    'Your own programs keep 1.5 of 2 cores busy. What runs stands still.',
    '내 프로그램이 코어 2개 중 1.5개를 쓰고 있습니다. 실행 중인 것은 멈춰 있습니다.',
  ],
  [
    'The program was ended at a limit: memoryBytes, 4 GiB allowed, 4 GiB used.',
    '프로그램이 한도에 닿아 끝냈습니다: 메모리, 허용 4 GiB, 사용 4 GiB.',
  ],
  [
    'The program ended before it answered (exit code 11). Its last words: Segmentation\nfault',
    '프로그램이 답하기 전에 끝났습니다(종료 코드 11). 마지막 출력: Segmentation\nfault',
  ],
  ['The output "a/b" is a hard link; nothing of it was taken.', '결과 "a/b"은(는) 하드 링크입니다; 아무것도'],
  [
    'The policy /home/ada/.golem/policy.toml says of run: is one of "listed", "certified" and "any". Mend the file, or use `golem policy set`; `golem policy --help` names the keys.',
    '정책 /home/ada/.golem/policy.toml의 run 값이 잘못되었습니다: 쓸 수 있는 값: "listed"',
  ],
  [
    'GolemError: The chain at http://127.0.0.1:8545 does not answer.',
    'http://127.0.0.1:8545 체인이 응답하지 않습니다.',
  ],
  [
    'Deploys Stake, Disputes, and a token whose crowdfunding takes 0.1 ETH to 1 ETH within 12 h, on chain 7.\nGas: about 0.01 ETH.',
    '체인 7: Stake, Disputes 계약과 새 토큰을 만듭니다.',
  ],
  ['Moves 2.5 GLM from the wallet into the payment contract.', '지갑에서 지급 계약으로 2.5 GLM을 옮깁니다.'],
])('says "%s" in Korean', (english, expected) => {
  expect(korean(english)).toContain(expected)
})

it('names the page in place of a command that does the same', () => {
  const said = translator(SAID_EN)
  expect(said('See `golem job 7f3a9c21`.')).toBe('See the job itself.')
  expect(SAID_EN.filter(([, page]) => /`golem (?!up --bootstrap)/.test(page))).toEqual([])
})

it('leaves as it is what it does not know', () => {
  for (const text of ['', 'Something new happened.', 'a, b, frame']) expect(korean(text)).toBe(text)
})
