/** Text of others made harmless for a terminal: no control characters, and none that turn the reading direction. */
export const plainText = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
