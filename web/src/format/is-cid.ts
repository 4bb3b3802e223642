/** As the daemon names content: version 1, in base32. */
export const isCid = (text: string): boolean => /^b[a-z2-7]{20,127}$/.test(text.trim())
