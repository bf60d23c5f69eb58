/** One stack's template with its references: who is called what, and properties ready to read. */
import { anyName, type Identity, namings, physicalName, stableId, unnamed } from './identities.ts';
import { isTrue, noValue, type References, resolve } from './intrinsics.ts';
import { accountId, region } from './model.ts';
import { Properties, TemplateError } from './properties.ts';

type Json = Readonly<Record<string, unknown>>;
type RawResource = Readonly<{
  Type: string;
  Properties?: Json;
  Condition?: string;
  DependsOn?: string | readonly string[];
}>;

/** A resource under a condition that holds, with its names. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly name: string;
  readonly identity: Identity;
  /** A reader of its own over the resolved properties; whoever takes it calls `finish()`. */
  properties(): Properties;
}

const knownSections = new Set(
  'AWSTemplateFormatVersion Conditions Description Mappings Metadata Outputs Parameters Resources Rules'.split(
    ' ',
  ),
);
const knownMembers = new Set(
  'Type Properties DependsOn Metadata DeletionPolicy UpdateReplacePolicy Condition'.split(' '),
);

export class Template implements References {
  readonly stackName: string;
  readonly #body: Json;
  readonly #apiEndpoint: string | undefined;
  readonly #resources = new Map<string, Resource>();

  constructor(stackName: string, body: Json, apiEndpoint?: string) {
    this.stackName = stackName;
    this.#body = body;
    this.#apiEndpoint = apiEndpoint;
    const unknown = Object.keys(body).find((section) => !knownSections.has(section));
    if (unknown) throw new TemplateError(`section ${unknown} is not known to the local engine`);
  }

  /** Every resource whose condition holds, in the template's order. */
  resources(): Resource[] {
    return Object.entries(this.#section('Resources'))
      .filter(([, raw]) => this.#isDeployed(raw as RawResource))
      .map(([logicalId]) => this.resource(logicalId));
  }

  resource(logicalId: string): Resource {
    const known = this.#resources.get(logicalId);
    if (known) return known;
    const raw = this.#section('Resources')[logicalId] as RawResource | undefined;
    if (!raw) throw new TemplateError(`the template has no resource ${logicalId}`);
    const resource = this.#describe(logicalId, raw);
    this.#resources.set(logicalId, resource);
    return resource;
  }

  resolve(value: unknown): unknown {
    return resolve(value, this);
  }

  ref(name: string): unknown {
    if (name.startsWith('AWS::')) return this.#pseudoParameter(name);
    const parameter = this.#section('Parameters')[name] as Json | undefined;
    if (!parameter) return this.resource(name).identity.ref;
    const { Type: type, Default: value } = parameter;
    if (type !== 'String' && type !== 'Number')
      throw new TemplateError(
        `parameter ${name} is of type ${String(type)}, but must be String or Number here`,
      );
    if (value !== undefined) return value;
    throw new TemplateError(`parameter ${name} has no default, and nobody to ask for a value`);
  }

  attribute(logicalId: string, name: string): string {
    const { identity, type } = this.resource(logicalId);
    const value = identity.attributes[name];
    if (value !== undefined) return value;
    const known = Object.keys(identity.attributes).join(', ') || 'none';
    throw new TemplateError(
      `${logicalId} (${type}): attribute ${name} is not known to the local engine; known: ${known}`,
    );
  }

  condition(name: string): unknown {
    const condition = this.#section('Conditions')[name];
    if (condition) return condition;
    throw new TemplateError(`the template has no condition ${name}`);
  }

  outputs(): Record<string, string> {
    const outputs = Object.entries(this.#section('Outputs')) as [string, Json][];
    return Object.fromEntries(
      outputs
        .filter(([, output]) => this.#isDeployed(output as unknown as RawResource))
        .map(([name, output]) => [name, String(this.resolve(output.Value))]),
    );
  }

  #section(name: string): Json {
    return (this.#body[name] ?? {}) as Json;
  }

  #isDeployed({ Condition: condition }: RawResource): boolean {
    return condition === undefined || isTrue(condition, this);
  }

  #describe(logicalId: string, raw: RawResource): Resource {
    const owner = `${logicalId} (${raw.Type})`;
    const unknown = Object.keys(raw).find((member) => !knownMembers.has(member));
    if (unknown) throw new TemplateError(`${owner}: ${unknown} is not known to the local engine`);
    for (const other of [raw.DependsOn ?? []].flat())
      if (!Object.hasOwn(this.#section('Resources'), other))
        throw new TemplateError(
          `${owner}: it depends on ${other}, which the template does not have`,
        );
    const name = this.#nameOf(owner, logicalId, raw);
    const seed = `${this.stackName}/${logicalId}`;
    const identity = namings[raw.Type]?.identify({ name, seed, apiEndpoint: this.#apiEndpoint });
    return {
      logicalId,
      type: raw.Type,
      name,
      identity: identity ?? { ref: name, attributes: {} },
      properties: () => new Properties(owner, this.#resolveProperties(owner, raw)),
    };
  }

  #nameOf(owner: string, logicalId: string, raw: RawResource): string {
    const naming = namings[raw.Type] ?? unnamed;
    const own = naming.property && raw.Properties?.[naming.property];
    const chosen = own === undefined || own === '' ? undefined : this.resolve(own);
    if (typeof chosen !== 'string') return physicalName(this.stackName, logicalId, naming);
    const { property, limit, form = anyName } = naming;
    if (chosen.length <= limit && form.test(chosen)) return chosen;
    throw new TemplateError(
      `${owner}: property ${property} is ${JSON.stringify(chosen)}, but must have at most ${limit} ` +
        `characters, as in ${form.source}`,
    );
  }

  #resolveProperties(owner: string, raw: RawResource): Json {
    try {
      const properties = this.resolve(raw.Properties ?? {}) as Json;
      refuseDynamic(properties);
      return properties;
    } catch (cause) {
      if (!(cause instanceof TemplateError)) throw cause;
      throw new TemplateError(`${owner}: ${cause.message}`, { cause });
    }
  }

  #pseudoParameter(name: string): unknown {
    const values: Readonly<Record<string, unknown>> = {
      'AWS::AccountId': accountId,
      'AWS::NoValue': noValue,
      'AWS::NotificationARNs': [],
      'AWS::Partition': 'aws',
      'AWS::Region': region,
      'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${this.stackName}/${stableId(this.stackName, 24)}`,
      'AWS::StackName': this.stackName,
      'AWS::URLSuffix': 'amazonaws.com',
    };
    if (Object.hasOwn(values, name)) return values[name];
    throw new TemplateError(`pseudo parameter ${name} is not known to the local engine`);
  }
}

/**
 * A secret or parameter that CloudFormation would fetch; the reference itself is never the value.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
function refuseDynamic(properties: Json): void {
  const [reference] = /\{\{resolve:[^}]*\}*/.exec(JSON.stringify(properties)) ?? [];
  if (reference !== undefined)
    throw new TemplateError(`the dynamic reference ${reference} has no value here`);
}
