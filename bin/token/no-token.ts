/** There is no token, for a reason that the reader of the message can do something about. */
export class NoToken extends Error {
  override readonly name = 'NoToken';
}
