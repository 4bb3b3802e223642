import type { UploadsApi } from '../../http/index.ts'
import type { DaemonParts } from '../daemon-parts.ts'

export const createUploadsApi = ({ uploads }: DaemonParts): UploadsApi => ({
  createUpload: uploads.open,
  uploadFile: uploads.put,
})
