/** Every bound of the order contract, in one place. What exceeds one is refused before any work. */
export const limits = {
  /** Lines of one order; each SKU once. */
  linesPerOrder: 40,
  /** Units of one line. */
  quantityPerLine: 1000,
  /** A price, in minor units (10 million in major units): totals stay far below 2^53. */
  priceMinor: 1_000_000_000,
  /** Bytes of a request body, before parsing. */
  bodyBytes: 32 * 1024,
  /** Characters of an Idempotency-Key. */
  idempotencyKeyLength: 255,
  /** Characters of the token's issuer and subject: both are part of keys. */
  issuerLength: 512,
  subjectLength: 255,
  /** Items of one page of a list; also the default is bounded by it. */
  pageSize: 100,
  defaultPageSize: 25,
  /** Longest wait of `Prefer: wait=N`, in seconds. */
  waitSeconds: 10,
} as const;
