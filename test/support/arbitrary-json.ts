/**
 * Any JSON, weighted to what breaks programs, and any way to spoil a good value: at each of its places,
 * or as text and bytes. Knows no schema.
 */
import * as fc from 'fast-check';

const oddNumber = fc.constantFrom(
  ...[-0, -1, 0.5, 19.99, 1e-7, 2 ** 31, 2 ** 53, 1e21, Number.MAX_VALUE, Number.MIN_VALUE],
);
const oddString = fc.constantFrom(
  ...['', ' ', '\u0000', 'a\r\nb', '\ud800', 'x\udfff', '\u202e', '\uffff', '\ufeff', '💥', 'ß'],
  ...[
    'null',
    '1',
    '-1',
    '1e400',
    '../..',
    '#injected',
    ':injected',
    '$.a',
    'a\u0000b',
    'x'.repeat(3000),
  ],
);
/** Names that mean something to JavaScript itself. */
export const prototypeName = fc.constantFrom(
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'],
);
const anyScalar = fc.oneof(
  oddNumber,
  oddString,
  fc.double(),
  fc.string(),
  fc.constantFrom(null, true, false),
);
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  anyScalar,
  fc.jsonValue({ maxDepth: 2 }),
  fc.array(anyScalar, { maxLength: 3 }),
  // `Object.fromEntries` makes even `__proto__` a member like any other.
  fc.array(fc.tuple(prototypeName, anyScalar), { maxLength: 2 }).map(Object.fromEntries),
);
/** What stands for a value in JSON, or nearly so, and what `JSON.stringify` never writes. */
const literal = fc.constantFrom(
  ...['-0', '1.0', '1E2', '1e400', '-1e400', '1e-400', '9007199254740993', '1.0000000000000001'],
  ...['NaN', 'Infinity', 'undefined', '0x10', '01', '+1', '1_000', '.5', '1.', "'a'", '"\\x41"'],
  ...[
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0000"',
    '"a\u0000b"',
    '[]',
    '{}',
    '{',
    ']',
    '/* */1',
    '1n',
    '',
  ],
);

/** What becomes of the text of one place; nothing: it is left out. */
type Tweak = (text: string) => string | undefined;

export interface Spoiling {
  /** Which place of the value, counted on from its end again and again. */
  readonly at: number;
  readonly tweak: Tweak;
  /** Whether JSON itself admits it, though one reader may take it for another value than the next. */
  readonly isAmbiguous?: boolean;
}

const name = (names: readonly string[]) =>
  fc.oneof(prototypeName, fc.string(), ...(names.length > 0 ? [fc.constantFrom(...names)] : []));

/** A member put into one of the objects; `names` are tried beside any others. */
export const strangeMember = (names: readonly string[]): fc.Arbitrary<Spoiling> =>
  fc
    .tuple(fc.nat(1000), name(names), anyJson)
    .map(([at, key, value]) => ({ at, tweak: (text) => withMember(text, [key, value]) }));

/** `names`: members worth adding where they do not belong. */
export const anySpoiling = (names: readonly string[] = []): fc.Arbitrary<Spoiling> => {
  const tweak = fc.oneof<fc.Arbitrary<Omit<Spoiling, 'at'>>[]>(
    fc.constant({ tweak: () => undefined }),
    anyJson.map((value) => ({ tweak: () => JSON.stringify(value) })),
    literal.map((text) => ({ tweak: () => text })),
    fc
      .tuple(name(names), anyJson)
      .map((added) => ({ tweak: (text: string) => withMember(text, added) })),
    fc.constant({ tweak: withFirstMemberTwice, isAmbiguous: true }),
    fc.constantFrom(1, 20, 5000).map((depth) => ({ tweak: (text: string) => nested(text, depth) })),
    fc.constantFrom(2, 41, 2000).map((times) => ({ tweak: (text: string) => manyOf(text, times) })),
  );
  return fc.record({ at: fc.nat(1000), tweak }).map(({ at, tweak: how }) => ({ at, ...how }));
};

const withMember = (text: string, [key, value]: readonly [string, unknown]): string => {
  const member = `${JSON.stringify(key)}:${JSON.stringify(value)}`;
  if (!text.startsWith('{')) return `{${member}}`;
  return text === '{}' ? `{${member}}` : `{${member},${text.slice(1)}`;
};

function withFirstMemberTwice(text: string): string {
  const [first] = text.startsWith('{') ? Object.entries(JSON.parse(text) as object) : [];
  return first ? withMember(text, first) : '{"a":1,"\\u0061":1}';
}

const nested = (text: string, depth: number): string =>
  `${'['.repeat(depth)}${text}${']'.repeat(depth)}`;
const manyOf = (text: string, times: number): string => `[${Array(times).fill(text).join(',')}]`;

/** The value as JSON, but for one of its places. */
export function spoiled(value: unknown, { at, tweak }: Spoiling): string {
  const target = at % placesOf(value);
  let place = 0;
  const write = (node: unknown): string | undefined => {
    const isTarget = place++ === target;
    const text = writeNode(node, write);
    return isTarget ? tweak(text) : text;
  };
  return write(value) ?? '';
}

const placesOf = (value: unknown): number =>
  1 +
  (isContainer(value) ? Object.values(value).reduce((sum, each) => sum + placesOf(each), 0) : 0);

const isContainer = (value: unknown): value is object =>
  typeof value === 'object' && value !== null;

function writeNode(node: unknown, write: (child: unknown) => string | undefined): string {
  if (!isContainer(node)) return JSON.stringify(node);
  const children = Object.entries(node).flatMap(([key, child]) => {
    const text = write(child);
    if (text === undefined) return [];
    return Array.isArray(node) ? [text] : [`${JSON.stringify(key)}:${text}`];
  });
  return Array.isArray(node) ? `[${children.join(',')}]` : `{${children.join(',')}}`;
}

/** A stray byte, half a character, half a surrogate pair, a character written too long. */
const noUtf8 = fc
  .constantFrom([0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf0, 0x9f, 0x98])
  .map((bytes) => Uint8Array.from(bytes));

const withStrayBytes = fc
  .tuple(fc.nat(1000), fc.oneof(noUtf8, fc.uint8Array({ minLength: 1, maxLength: 4 })))
  .map(
    ([at, bytes]) =>
      (text: string) =>
        spliced(Buffer.from(text), at, bytes),
  );

/** A text made worse: cut, with bytes that do not belong, in another encoding, or another one. */
export const anyMangling: fc.Arbitrary<(text: string) => Uint8Array> = fc.oneof(
  fc.nat(400).map((length) => (text: string) => Buffer.from(text.slice(0, length))),
  { weight: 4, arbitrary: withStrayBytes },
  fc
    .constantFrom('\ufeff', '\u0000', '//\n', 'x', ")]}',\n", ' '.repeat(40_000))
    .map((prefix) => (text: string) => Buffer.from(prefix + text)),
  fc
    .constantFrom('\u0000', ',', '{}', '\n\n', ' '.repeat(40_000))
    .map((suffix) => (text: string) => Buffer.from(text + suffix)),
  fc
    .constantFrom('utf16le' as const, 'base64' as const)
    .map(
      (encoding) => (text: string) =>
        encoding === 'base64' ? Buffer.from(btoa(encodeURI(text))) : Buffer.from(text, encoding),
    ),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => () => bytes),
  fc.string({ unit: 'binary' }).map((other) => () => Buffer.from(other)),
  fc.constant(() => Buffer.alloc(40_000, 0xff)),
);

/** `at` counts on from the end again and again. */
function spliced(text: Buffer, at: number, bytes: Uint8Array): Buffer {
  const place = at % (text.length + 1);
  return Buffer.concat([text.subarray(0, place), bytes, text.subarray(place)]);
}
