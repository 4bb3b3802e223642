export { createFollowedLists, type FollowedList, type FollowedLists, MAX_LISTS } from './followed-lists.ts'
export { type ConvictionPublisher, createConvictionPublisher } from './publish-convictions.ts'
