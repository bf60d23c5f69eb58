/** The fields of one state, or of one object inside it, with their expressions compiled. */
import { type Leaving, maxSeconds } from './definition.ts';
import { Fields, isObject, show } from './fields.ts';
import type { Compile, StatesMember, Template } from './jsonata.ts';

const variableName = /^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u;

/** One state's fields with what compiles them. */
export class StateFields {
  readonly fields: Fields;
  readonly name: string;
  readonly #compile: Compile;

  constructor(fields: Fields, name: string, compile: Compile) {
    this.fields = fields;
    this.name = name;
    this.#compile = compile;
  }

  /** An object inside this one, e.g. one catcher. */
  inner(prefix: string, value: unknown, known: readonly string[]): StateFields {
    const fields = new Fields(this.fields.place, prefix, value, known);
    return new StateFields(fields, this.name, this.#compile);
  }

  template(field: string, members: readonly StatesMember[]): Template | undefined {
    if (!this.fields.has(field)) return undefined;
    return this.#compile(this.fields.value(field), {
      field: `${this.fields.prefix}${field}`,
      members,
    });
  }

  /** A text or an expression for one. */
  textTemplate(field: string): Template | undefined {
    if (this.fields.has(field)) this.fields.text(field);
    return this.template(field, ['input', 'context']);
  }

  /** Seconds, or an expression for them. */
  secondsTemplate(field: string, min: number): Template | undefined {
    const isExpression = typeof this.fields.value(field) === 'string';
    if (!isExpression) this.fields.number(field, { min, max: maxSeconds }, undefined);
    const template = this.template(field, ['input', 'context']);
    if (template?.kind === 'constant' && isExpression) {
      this.fields.fail(field, `expected seconds or an expression, got ${show(template.value)}`);
    }
    return template;
  }

  leaving(members: readonly StatesMember[]): Omit<Leaving, 'next'> {
    this.#checkVariables();
    return { output: this.template('Output', members), assign: this.template('Assign', members) };
  }

  /** `Next` or `End`, exactly one of them. */
  next(): string | undefined {
    const next = this.fields.optionalText('Next');
    if (this.fields.has('End') && this.fields.value('End') !== true) {
      this.fields.fail('End', `expected true, got ${show(this.fields.value('End'))}`);
    }
    if ((next === undefined) !== this.fields.has('End')) {
      this.fields.fail('Next', 'a state has either Next or End');
    }
    return next;
  }

  #checkVariables(): void {
    const assign = this.fields.value('Assign');
    if (assign === undefined) return;
    if (!isObject(assign)) this.fields.fail('Assign', `expected an object, got ${show(assign)}`);
    for (const name of Object.keys(assign as object)) {
      if (!variableName.test(name) || name === 'states') {
        this.fields.fail(`Assign/${name}`, 'not a name for a variable');
      }
    }
  }
}
