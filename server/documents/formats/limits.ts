// SPDX-License-Identifier: Apache-2.0
/** What a file may cost to read before anything is known about it. */
export interface ReadingLimits {
  readonly maxBytes: number;
  /** Levels of nested elements, the root being the first. */
  readonly maxDepth: number;
  readonly maxElements: number;
  /** Characters of one start tag with its attributes. */
  readonly maxTagLength: number;
}

export const DEFAULT_LIMITS: ReadingLimits = {
  maxBytes: 5 * 1024 * 1024,
  maxDepth: 64,
  maxElements: 200_000,
  maxTagLength: 16_384,
};
