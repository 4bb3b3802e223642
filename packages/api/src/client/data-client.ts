import type {
  AddedData,
  ClearedData,
  DataFolder,
  DataOverview,
  DataText,
  ImportData,
  ImportedData,
  NewData,
  PinData,
  WriteData,
} from '../schemas/index.ts'
import type { CallOptions } from './call-options.ts'

/** Content of the daemon. What moves bytes takes as long as it takes, and ends with its signal. */
export type DataClient = {
  showData(options?: CallOptions): Promise<DataOverview>
  listData(cid: string, options?: CallOptions): Promise<DataFolder>
  readText(cid: string, options?: CallOptions): Promise<DataText>
  addData(body: NewData, options?: CallOptions): Promise<AddedData>
  importData(body: ImportData, options?: CallOptions): Promise<ImportedData>
  writeData(cid: string, body: WriteData, options?: CallOptions): Promise<AddedData>
  exportData(cid: string, body: WriteData, options?: CallOptions): Promise<AddedData>
  pinData(cid: string, body: PinData, options?: CallOptions): Promise<AddedData>
  unpinData(cid: string, options?: CallOptions): Promise<void>
  clearData(options?: CallOptions): Promise<ClearedData>
}

type Post = <T>(path: string, options?: CallOptions, body?: unknown) => Promise<T>

export function createDataClient({
  get,
  post,
  patiently,
}: {
  get: <T>(path: string, options?: CallOptions) => Promise<T>
  post: Post
  /** The same without a time limit. */
  patiently: Post
}): DataClient {
  const at = (cid: string, act: string) => `/v1/data/${encodeURIComponent(cid)}${act}`
  return {
    showData: (o) => get('/v1/data', o),
    listData: (cid, o) => get(at(cid, ''), o),
    readText: (cid, o) => patiently(at(cid, '/text'), o),
    addData: (body, o) => patiently('/v1/data', o, body),
    importData: (body, o) => patiently('/v1/data/import', o, body),
    writeData: (cid, body, o) => patiently(at(cid, '/write'), o, body),
    exportData: (cid, body, o) => patiently(at(cid, '/export'), o, body),
    pinData: (cid, body, o) => patiently(at(cid, '/pin'), o, body),
    unpinData: (cid, o) => post(at(cid, '/unpin'), o),
    clearData: (o) => post('/v1/data/gc', o),
  }
}
