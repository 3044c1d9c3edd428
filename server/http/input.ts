// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import { DeeptierError } from '../values/errors.ts';
import type { InputFault } from './problem.ts';
import { httpRefusals } from './refusals.ts';

const MOST_FAULTS = 100;

/** `INPUT_INVALID`, with every fault found. */
export class InputError extends DeeptierError {
  readonly faults: readonly InputFault[];

  constructor(faults: readonly InputFault[]) {
    super(httpRefusals.INPUT_INVALID);
    this.faults = faults.slice(0, MOST_FAULTS);
  }
}

/** Reads one part of a request by its schema. Throws `InputError`; the faults never repeat what was sent. */
export function readInput<T extends z.ZodType>(schema: T, value: unknown, part: InputFault['in']): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new InputError(result.error.issues.flatMap((issue) => faultsOf(issue, part)));
}

function faultsOf(issue: z.core.$ZodIssue, part: InputFault['in']): InputFault[] {
  if (issue.code === 'unrecognized_keys') {
    const message = 'is not described for this route';
    return issue.keys.map((key) => ({ in: part, pointer: pointerOf([...issue.path, key]), message }));
  }
  return [{ in: part, pointer: pointerOf(issue.path), message: issue.message }];
}

function pointerOf(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => {
    // A key is the caller's own text: cut, and made fit for a URI, which a lone surrogate is not.
    const name = String(step).slice(0, 100).toWellFormed();
    return `/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`;
  });
  return `#${steps.join('')}`;
}
