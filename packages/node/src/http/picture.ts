/** Headers of a small picture: of what is not finished it becomes another. */
export const PICTURE = { 'content-type': 'image/png', 'cache-control': 'no-store' }
