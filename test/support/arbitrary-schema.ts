/** Values that a schema accepts, made from the schema itself: a new field needs no new generator. */
import * as fc from 'fast-check';
import * as z from 'zod/mini';

type JsonSchema = {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
};

const jsonSchema = (schema: z.ZodMiniType): JsonSchema =>
  z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;

/** What JSON Schema cannot say (each SKU once, a day of the calendar), the schema itself decides. */
export const anyOf = (schema: z.ZodMiniType): fc.Arbitrary<unknown> =>
  byType(jsonSchema(schema)).filter((value) => schema.safeParse(value).success);

/** Every name of a member that the schema knows, however deep. */
export const namesIn = (schema: z.ZodMiniType): string[] => [...namesOf(jsonSchema(schema))];

function* namesOf({ properties = {}, items }: JsonSchema): Generator<string> {
  for (const [name, schema] of Object.entries(properties)) {
    yield name;
    yield* namesOf(schema);
  }
  if (items) yield* namesOf(items);
}

/** Small on purpose: what is long, deep or huge is made by spoiling a small one. */
const mostItems = 3;

function byType(schema: JsonSchema): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(byType));
  switch (schema.type) {
    case 'object':
      return objectOf(schema);
    case 'array': {
      const { items = {}, minItems: minLength = 0, maxItems = mostItems } = schema;
      return fc.array(byType(items), { minLength, maxLength: Math.min(maxItems, mostItems) });
    }
    case 'string':
      return stringOf(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1000 });
    case 'boolean':
      return fc.boolean();
    default:
      throw new Error(`no generator for ${JSON.stringify(schema)}: teach it here`);
  }
}

function objectOf({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, schema]) => [name, byType(schema)]);
  return fc.record(Object.fromEntries(members) as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: [...required],
  });
}

function stringOf({ pattern, minLength = 0, maxLength = 40 }: JsonSchema): fc.Arbitrary<string> {
  if (pattern === dayPattern) return anyDay;
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ minLength, maxLength: Math.min(maxLength, 40) });
}

/** Of all eight digits few are a day: these are. */
const dayPattern = '^\\d{4}-\\d{2}-\\d{2}$';
const anyDay = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
