/** For people: what a run came to. */
export const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
