export { createLender, type Lender, type LendingStatus } from './create-lender.ts'
