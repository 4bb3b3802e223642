export { golemToken } from './generated/golem-token.ts'
export { payments } from './generated/payments.ts'
