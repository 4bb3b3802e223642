/** A file with its place among the others that were chosen with it. */
export type ChosenFile = { path: string; file: Blob }

/** What was dropped: files as they are, folders with all that is in them. */
export async function droppedFiles(transfer: DataTransfer): Promise<ChosenFile[]> {
  // The list is emptied once the event is over: entries are taken before anything is awaited.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  const found = await Promise.all(entries.map((entry) => walk(entry, '')))
  return unpacked(found.flat())
}

/** What was picked: from a folder, paths begin with its name. */
export const pickedFiles = (files: FileList): Promise<ChosenFile[]> => unpacked(listedFiles(files))

/** The same, with ZIP files as they are. */
export const listedFiles = (files: FileList): ChosenFile[] =>
  [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }))

async function walk(entry: FileSystemEntry, folder: string): Promise<ChosenFile[]> {
  const path = `${folder}${entry.name}`
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    return [{ path, file }]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const all: FileSystemEntry[] = []
  // It gives a hundred at a time.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) break
    all.push(...some)
  }
  return (await Promise.all(all.map((each) => walk(each, `${path}/`)))).flat()
}

/** ZIP files are opened here, so that the daemon unpacks nothing. Hidden files stay behind. */
async function unpacked(files: ChosenFile[]): Promise<ChosenFile[]> {
  const all: ChosenFile[] = []
  for (const chosen of files) {
    if (/\.zip$/i.test(chosen.path)) all.push(...(await entriesOf(chosen.file)))
    else all.push(chosen)
  }
  return all.filter(({ path }) => !path.split('/').some((name) => name.startsWith('.') || name === '__MACOSX'))
}

async function entriesOf(file: Blob): Promise<ChosenFile[]> {
  const { BlobReader, BlobWriter, ZipReader } = await import('@zip.js/zip.js')
  const reader = new ZipReader(new BlobReader(file))
  const found: ChosenFile[] = []
  for (const entry of await reader.getEntries())
    if (!entry.directory) found.push({ path: entry.filename, file: await entry.getData(new BlobWriter()) })
  await reader.close()
  return found
}

/** The scenes among them, the one nearest to the top first. */
export const scenesIn = (files: readonly ChosenFile[]): string[] =>
  files
    .map(({ path }) => path)
    .filter((path) => /\.blend$/i.test(path))
    .sort((a, b) => a.split('/').length - b.split('/').length || a.localeCompare(b))
