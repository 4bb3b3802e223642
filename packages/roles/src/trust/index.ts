export * from './backings.ts'
export { explainParty } from './explain-party.ts'
export * from './fact-book.ts'
export * from './judgement.ts'
