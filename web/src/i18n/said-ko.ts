/**
 * What the daemon says in words of its own, and the same in Korean; `{name}` is what changes, and `{name#}` is a number
 * or several. The daemon's English is what the command line prints too. A test sees that each sentence still stands in
 * the daemon's sources.
 */
export const SAID_KO: readonly (readonly [english: string, korean: string])[] = [
  // Why a job waits (roles/requestor)
  ['no provider has offered {app} yet', '아직 {app} 작업을 제안한 공급자가 없습니다'],
  ['the rest of the budget cannot pay another subtask', '남은 예산으로는 다음 부분의 값을 치를 수 없습니다'],
  ['more money is being locked for the providers', '공급자에게 줄 돈을 더 잠그는 중입니다'],
  [
    'the providers wait until what they delivered is checked and paid',
    '공급자가 납품한 것의 검사와 지급을 기다리고 있습니다',
  ],
  ['money is being locked for the providers', '공급자에게 줄 돈을 잠그는 중입니다'],
  ['agreements are being signed', '계약에 서명하는 중입니다'],
  [
    'the provider refused work a moment ago and will be asked again',
    '공급자가 방금 작업을 거절했으며, 곧 다시 물어봅니다',
  ],
  [
    '{count#} providers refused work a moment ago and will be asked again',
    '공급자 {count}곳이 방금 작업을 거절했으며, 곧 다시 물어봅니다',
  ],
  [
    'the provider takes no work at the moment; others are being asked',
    '공급자가 지금은 작업을 받지 않아 다른 곳에 묻고 있습니다',
  ],
  [
    '{count#} providers take no work at the moment; others are being asked',
    '공급자 {count}곳이 지금은 작업을 받지 않아 다른 곳에 묻고 있습니다',
  ],
  ['the provider fell silent; others are being asked', '공급자가 응답하지 않아 다른 곳에 묻고 있습니다'],
  [
    '{count#} providers fell silent; others are being asked',
    '공급자 {count}곳이 응답하지 않아 다른 곳에 묻고 있습니다',
  ],
  [
    'the provider in sight is left out of this job; others are being asked',
    '보이는 공급자는 이 작업에서 빠졌으며, 다른 곳에 묻고 있습니다',
  ],
  [
    '{count#} providers in sight are left out of this job; others are being asked',
    '보이는 공급자 {count}곳은 이 작업에서 빠졌으며, 다른 곳에 묻고 있습니다',
  ],
  ['no provider is in sight; others are being asked', '보이는 공급자가 없어 다른 곳에 묻고 있습니다'],
  // What a provider of a job does
  ['waits for its money to be locked', '돈이 잠기기를 기다립니다'],
  ['waits for work', '작업을 기다립니다'],
  ['refused work: {why}', '작업을 거절했습니다: {why}'],
  ['lost its connection', '연결이 끊겼습니다'],
  ['does not answer', '응답하지 않습니다'],
  ['It loses what it is given.', '받은 것을 잃어버립니다.'],
  ['It refuses work: {why}', '작업을 거절합니다: {why}'],
  ['It gives back what it is given.', '받은 것을 되돌려 줍니다.'],
  ['It failed {count#} times: {why}', '{count}번 실패했습니다: {why}'],
  ['It failed at {label}, which can be computed here.', '여기서는 계산되는 {label}에서 실패했습니다.'],
  ['A delivery carried a wrong signature.', '납품에 잘못된 서명이 있었습니다.'],
  ['Deliveries carried a wrong signature.', '납품에 잘못된 서명이 있었습니다.'],
  // How its results are checked, and were (apps/blender)
  ['exact: all of each result is computed again', '정확히: 모든 결과를 전부 다시 계산합니다'],
  ['exact: at least {share} of the results are computed again', '정확히: 결과의 {share} 이상을 다시 계산합니다'],
  [
    'crops: a hidden part of each result, {share}, computed again',
    '부분: 결과마다 숨은 한 곳({share})을 다시 계산합니다',
  ],
  [
    'crops: {count#} hidden parts of each result, {share}, computed again',
    '부분: 결과마다 숨은 {count}곳({share})을 다시 계산합니다',
  ],
  ['replicate: by {count#} providers, of whom {agreeing#} agree', '복제: 공급자 {count}곳 중 {agreeing}곳이 일치'],
  ['custom: the application looks at each result', '앱 방식: 앱이 결과를 하나씩 살펴봅니다'],
  ['none: results are taken unseen', '없음: 결과를 보지 않고 받습니다'],
  ['{how}: equal to the last bit', '{how}: 마지막 비트까지 같음'],
  ['{how}: alike ({difference})', '{how}: 비슷함({difference})'],
  ['all of it rendered again', '전부 다시 렌더링'],
  ['all pixels of a frame rendered again', '한 프레임의 모든 픽셀을 다시 렌더링'],
  ['all pixels of {count#} frames rendered again', '{count}개 프레임의 모든 픽셀을 다시 렌더링'],
  ['{size} pixels of a frame rendered again', '한 프레임의 {size} 픽셀을 다시 렌더링'],
  ['{size} pixels of {count#} frames rendered again', '{count}개 프레임의 {size} 픽셀을 다시 렌더링'],
  ['{share#} % of the values differ, blocks by up to {error#}', '값의 {share} %가 다르고 블록 차이는 최대 {error}'],
  [
    "Frame {frame#} is not this scene's picture: {difference}.",
    '{frame}번 프레임은 이 장면의 그림이 아닙니다: {difference}.',
  ],
  ['Frame {frame#} is not what was asked for: {why}.', '{frame}번 프레임은 주문한 것이 아닙니다: {why}.'],
  // Its parts
  ['{label} (being checked)', '{label}(검사 중)'],
  ['{label} ({share#} %)', '{label}({share} %)'],
  ['frame {frame#}, tile {tile#} of {tiles#}', '{frame}번 프레임, 타일 {tile}/{tiles}'],
  ['frame {frame#}', '{frame}번 프레임'],
  ['frames {frames#}', '프레임 {frames}'],
  // What an examination found
  [
    '{file}, saved by Blender {version}: scene {scene}, frame {frames#}, {size}, {samples}.',
    '{file}, Blender {version}에서 저장됨: 장면 {scene}, {frames}번 프레임, {size}, {samples}.',
  ],
  [
    '{file}, saved by Blender {version}: scene {scene}, frames {frames#}, {size}, {samples}.',
    '{file}, Blender {version}에서 저장됨: 장면 {scene}, 프레임 {frames}, {size}, {samples}.',
  ],
  ['{count#} samples at most', '최대 {count}샘플'],
  ['{count#} samples', '{count}샘플'],
  ['{count#} sample', '{count}샘플'],
  ['Rendered by Cycles on CPU.', 'Cycles로 CPU에서 렌더링합니다.'],
  ['Compositing is applied when a frame is merged.', '합성은 프레임을 합칠 때 적용합니다.'],
  ['denoising looks at the whole frame', '노이즈 제거는 프레임 전체를 봅니다'],
  ['the file renders a region of its own', '파일이 자체 영역만 렌더링합니다'],
  ['adaptive sampling looks at neighbouring pixels', '적응형 샘플링은 이웃 픽셀을 봅니다'],
  ['{why}, and how far is known up to {samples#} samples only', '{why}. 그 범위는 {samples}샘플까지만 알려져 있습니다'],
  // Lending
  ['{count#} of {cores#} lent cores compute.', '빌려준 코어 {cores}개 중 {count}개가 계산합니다.'],
  [
    'Your own programs keep {busy#} of {cores#} cores busy. {then}',
    '내 프로그램이 코어 {cores}개 중 {busy}개를 쓰고 있습니다. {then}',
  ],
  [
    'Your own programs have to be quiet for {time} first. {then}',
    '내 프로그램이 먼저 {time} 동안 조용해야 합니다. {then}',
  ],
  [
    'What runs goes on with what you leave it, and nothing new is taken.',
    '실행 중인 것은 남는 자원으로 이어가며, 새 작업은 받지 않습니다.',
  ],
  ['What runs stands still.', '실행 중인 것은 멈춰 있습니다.'],
  // Money
  ['Moves {amount} GLM from the wallet into the payment contract.', '지갑에서 지급 계약으로 {amount} GLM을 옮깁니다.'],
  ['Moves {amount} GLM from the payment contract into the wallet.', '지급 계약에서 지갑으로 {amount} GLM을 옮깁니다.'],
  [
    'Sends {amount} {coin} to {to}. It does not come back.',
    '{to} 주소로 {amount} {coin}을 보냅니다. 되돌릴 수 없습니다.',
  ],
  ['Nothing is owed, in either direction.', '어느 쪽으로도 빚이 없습니다.'],
  ['by hand', '직접'],
  ['job {id}', '작업 {id}'],
  ['to {address}', '받는 주소 {address}'],
]
