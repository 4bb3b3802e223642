export type ErrorStatus = 400 | 401 | 403 | 404 | 409 | 411 | 413

const BY_CODE: Readonly<Record<string, ErrorStatus>> = {
  ADDRESS_REFUSED: 403,
  AMOUNT_INVALID: 400,
  APP_UNKNOWN: 400,
  BODY_TOO_LARGE: 413,
  CAR_INVALID: 400,
  CONTENT_UNAVAILABLE: 404,
  DOWNLOAD_FAILED: 400,
  FILE_MISSING: 400,
  FILE_REFUSED: 400,
  FOLDER_UNWRITABLE: 400,
  GROUP_UNKNOWN: 404,
  IMAGE_BUILD_FAILED: 400,
  IMAGE_INVALID: 400,
  IMAGE_UNKNOWN: 404,
  INPUT_INVALID: 400,
  JOB_UNKNOWN: 404,
  LENGTH_MISSING: 411,
  PARAMETERS_INVALID: 400,
  POLICY_INVALID: 400,
  ROUTE_UNKNOWN: 404,
  SOURCE_INVALID: 400,
  TOKEN_INVALID: 401,
}

/** The HTTP status of a GolemError's code: 409, where what was asked is well formed and cannot be done now. */
export const statusOf = (code: string): ErrorStatus => BY_CODE[code] ?? 409
