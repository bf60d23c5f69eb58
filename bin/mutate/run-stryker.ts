/** One run of Stryker over a copy of the project; what it makes of every mutant. */
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';
import { type Layer, mutatedParts } from './scope.ts';

export type Mutant = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

/** An enumeration that Stryker does not export. */
type LogLevel = NonNullable<ConstructorParameters<typeof Stryker>[0]['logLevel']>;

export interface MutationSettings {
  readonly layer: Layer;
  /** Test runners beside each other. */
  readonly jobs: number;
  /** Mutants known from the last such run are not run again unless they or their tests changed. */
  readonly isIncremental: boolean;
  /** Where the copy is made, and where the reports go. */
  readonly folder: string;
}

const plugin = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** What the tests need of the project: all else is left out of the copy. */
const copied = ['lambdas', 'test', 'local', 'bin', 'package.json'];

/** Rejects when the tests fail before anything is changed. */
export function runStryker(settings: MutationSettings): Promise<Mutant[]> {
  const { layer, jobs, isIncremental, folder } = settings;
  const stryker = new Stryker({
    mutate: layer.files.flatMap(mutatedParts),
    concurrency: jobs,
    plugins: ['@stryker-mutator/vitest-runner', plugin('./message-texts.ts')],
    ignorers: ['message-texts'],
    testRunner: 'vitest',
    // The tests that reach a mutant are known: which files are related need not be asked.
    vitest: { configFile: `bin/mutate/${layer.tests}`, related: false },
    coverageAnalysis: 'perTest',
    // Types are erased, not compiled: what does not type-check is a mutant like any other.
    disableTypeChecks: false,
    timeoutMS: 15_000,
    incremental: isIncremental,
    incrementalFile: `${folder}/${layer.name}.incremental.json`,
    tempDirName: `${folder}/copies`,
    cleanTempDir: 'always',
    ignorePatterns: [
      '*',
      ...copied.map((name) => `!/${name}`),
      ...copied.map((name) => `!/${name}/**`),
    ],
    reporters: ['html', 'json', ...(process.stdout.isTTY ? ['progress'] : [])],
    htmlReporter: { fileName: `${folder}/${layer.name}.html` },
    jsonReporter: { fileName: `${folder}/${layer.name}.json` },
    logLevel: 'error' as LogLevel,
    warnings: false,
  });
  return stryker.runMutationTest();
}
