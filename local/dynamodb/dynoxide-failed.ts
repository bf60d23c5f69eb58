/** dynoxide is missing, does not start, or is not the one the engine knows; the message says what to do. */
export class DynoxideFailed extends Error {
  override readonly name = 'DynoxideFailed';
}

/** The engine reads and indexes dynoxide's file, whose schema is private: one version, exactly. */
export const knownVersion = '1.2.1';
