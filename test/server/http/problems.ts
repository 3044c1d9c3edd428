// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { problem, type Problem } from '../../../server/http/problem.ts';
import type { Answered } from './testbed.ts';

/** Asserts that an answer is the problem of this code, in every particular of the form. */
export function assertProblem(answer: Answered, code: string, status: number): Problem {
  assert.strictEqual(answer.headers.get('content-type'), 'application/problem+json', `${answer.status} ${answer.text}`);
  const body = problem.parse(answer.body);
  assert.strictEqual(body.code, code, answer.text);
  assert.strictEqual(answer.status, status);
  assert.strictEqual(body.status, status);
  assert.strictEqual(body.type, `/docs#${code}`);
  assert.match(body.rule, /^[A-Z]+-\d+$/);
  assert.match(body.instance, /^urn:uuid:[0-9a-f-]{36}$/);
  const sentence = body.detail.replace(String(body.values['route'] ?? ''), '');
  assert.notMatch(sentence, /\{\w+\}/, 'the sentence still has a placeholder');
  return body;
}
