import type { Problem } from '../api/problem-of.ts'

/**
 * A problem in the reader's language. The daemon speaks English and says the details; in other languages the well-known
 * failures have words of their own, and the rest is shown as the daemon said it.
 */
export function problemWords(problem: Problem, language: string): ProblemWords {
  const known = language.startsWith('ko') ? KOREAN[problem.code] : undefined
  if (known === undefined) return { message: problem.message, remedy: problem.remedy, detail: null }
  return { message: known.message, remedy: known.remedy ?? problem.remedy, detail: problem.message }
}

type ProblemWords = {
  message: string
  remedy: string | undefined
  /** As the daemon said it: names and figures. */
  detail: string | null
}

type Words = Readonly<Record<string, { message: string; remedy?: string }>>

const KOREAN: Words = {
  API_UNREACHABLE: { message: '데몬이 응답하지 않습니다.', remedy: '`golem up`으로 시작하세요.' },
  API_SLOW: {
    message: '데몬이 제때 응답하지 않았습니다.',
    remedy: '홈 폴더의 daemon.log를 확인하거나 다시 시작하세요.',
  },
  TOKEN_INVALID: {
    message: '이 브라우저는 아직 연결되지 않았습니다.',
    remedy: '`golem app`이 출력하는 링크를 여세요.',
  },
  FUNDS_MISSING: { message: '토큰이 부족합니다.', remedy: '지갑에서 예치금을 늘리거나 예산을 줄이세요.' },
  BUDGET_TOO_SMALL: { message: '예산이 너무 적습니다.', remedy: '예산을 올리거나 샘플 수나 크기를 줄이세요.' },
  CHAIN_UNREACHABLE: { message: '체인에 연결할 수 없습니다.', remedy: '잠시 후 다시 시도하세요.' },
  JOB_UNKNOWN: { message: '그런 작업은 없습니다.', remedy: '작업 목록에서 고르세요.' },
  NO_PROVIDER: { message: '제안한 공급자가 없습니다.', remedy: '잠시 후 다시 시도하거나 네트워크 화면을 확인하세요.' },
  FILE_MISSING: { message: '파일을 찾을 수 없습니다.', remedy: '경로를 확인하거나 파일을 다시 선택하세요.' },
  FOLDER_UNWRITABLE: { message: '그 폴더에 쓸 수 없습니다.', remedy: '다른 폴더를 고르거나 권한을 바꾸세요.' },
  STORAGE_FULL: { message: '디스크가 가득 찼습니다.', remedy: '공간을 비운 뒤 다시 시도하세요.' },
  UPLOAD_TOO_LARGE: { message: '파일이 너무 큽니다.', remedy: '데몬이 있는 컴퓨터의 경로를 직접 입력하세요.' },
  UPLOAD_BROKEN: { message: '파일이 온전히 도착하지 않았습니다.', remedy: '다시 시도하세요.' },
  UPLOAD_PATH: { message: '그 이름의 파일은 받을 수 없습니다.', remedy: '이름을 바꾸거나 빼 주세요.' },
  UPLOAD_UNKNOWN: { message: '업로드가 만료되었습니다.', remedy: '파일을 다시 선택하세요.' },
  SANDBOX_UNAVAILABLE: {
    message: '이 컴퓨터에는 쓸 수 있는 샌드박스가 없습니다.',
    remedy: 'runc나 crun을 설치하세요.',
  },
  TOOL_MISSING: {
    message: '필요한 프로그램이 설치되어 있지 않습니다.',
    remedy: '`golem doctor`가 알려 주는 것을 설치하세요.',
  },
  SCHEDULE_INVALID: { message: '일정을 이해할 수 없습니다.', remedy: '예: mon-fri 19:00-07:30, sat-sun' },
  SCHEDULE_MISSING: { message: '일정에 따라 빌려주려면 일정이 필요합니다.', remedy: '주간 표에서 시간을 고르세요.' },
  POLICY_INVALID: { message: '정책을 이해할 수 없습니다.', remedy: '값을 확인하세요.' },
  EXAMINATION_BUSY: { message: '다른 파일을 살펴보는 중입니다.', remedy: '잠시 후 다시 시도하세요.' },
  ANIMATION_IMPOSSIBLE: {
    message: '이 프레임들은 하나의 애니메이션으로 묶을 수 없습니다.',
    remedy: '같은 크기의 PNG로 렌더링하세요.',
  },
  OUTPUT_GONE: { message: '파일이 폴더에 더 이상 없습니다.', remedy: '옮기거나 지운 곳을 확인하세요.' },
  BUDGET_SPENT: { message: '예산을 다 썼습니다.', remedy: '예산을 올려 이어서 진행하세요.' },
  DEADLINE_PASSED: { message: '마감 시간이 지났습니다.', remedy: '이어서 진행하면 마감 시간이 새로 정해집니다.' },
  JOB_CANCELLED: { message: '작업을 멈췄습니다.', remedy: '끝난 것은 그대로 있으며, 이어서 진행할 수 있습니다.' },
  JOB_STATE: { message: '지금은 할 수 없습니다.' },
  PROVIDERS_EXCLUDED: { message: '남은 공급자가 없습니다.', remedy: '잠시 후 이어서 진행하세요.' },
  TRANSACTION_PENDING: { message: '거래가 아직 블록에 포함되지 않았습니다.', remedy: '기록에서 상태를 확인하세요.' },
  FILES_WITHHELD: {
    message: '장면이 가리키는 파일 중 보내지 않는 것이 있습니다.',
    remedy: '필요하면 .blend에 묶으세요.',
  },
  SIMULATION_UNBAKED: {
    message: '베이크하지 않은 시뮬레이션이 있습니다.',
    remedy: 'Blender에서 베이크한 뒤 다시 시도하세요.',
  },
  FILES_MISSING: {
    message: '장면에 필요한 파일이 빠져 있습니다.',
    remedy: '빠진 파일을 함께 올리거나 .blend에 묶으세요.',
  },
}
