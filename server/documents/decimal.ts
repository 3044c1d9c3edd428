/** An exact decimal: `coefficient / 10^scale`. Trade documents carry more decimals than any currency has. */
export interface Decimal {
  readonly coefficient: bigint;
  readonly scale: number;
}

export const ZERO: Decimal = { coefficient: 0n, scale: 0 };

// Far beyond any amount, price or rate, and short enough that a hostile document cannot make the arithmetic slow.
const LONGEST_SPELLING = 64;

/** Reads the lexical form of xs:decimal (`-12.50`, `.5`, `7.`); `undefined` for anything else. */
export function parseDecimal(text: string | undefined): Decimal | undefined {
  const match = text !== undefined && text.length <= LONGEST_SPELLING ? /^([+-]?)(\d*)\.?(\d*)$/.exec(text) : null;
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const magnitude = BigInt(whole + fraction);
  return { coefficient: sign === '-' ? -magnitude : magnitude, scale: fraction.length };
}

/** The shortest plain spelling: `12.5`, `0`, `-0.05`. */
export function formatDecimal(value: Decimal): string {
  const digits = (value.coefficient < 0n ? -value.coefficient : value.coefficient)
    .toString()
    .padStart(value.scale + 1, '0');
  const whole = digits.slice(0, digits.length - value.scale);
  const fraction = digits.slice(digits.length - value.scale).replace(/0+$/, '');
  return `${value.coefficient < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

export function add(left: Decimal, right: Decimal): Decimal {
  const scale = Math.max(left.scale, right.scale);
  return { coefficient: rescaled(left, scale) + rescaled(right, scale), scale };
}

export function subtract(left: Decimal, right: Decimal): Decimal {
  return add(left, { coefficient: -right.coefficient, scale: right.scale });
}

export function multiply(left: Decimal, right: Decimal): Decimal {
  return { coefficient: left.coefficient * right.coefficient, scale: left.scale + right.scale };
}

export function sum(values: Iterable<Decimal>): Decimal {
  let total = ZERO;
  for (const value of values) total = add(total, value);
  return total;
}

export function absolute(value: Decimal): Decimal {
  return value.coefficient < 0n ? { coefficient: -value.coefficient, scale: value.scale } : value;
}

/** Negative, zero or positive, as `left` is less than, equal to or greater than `right`. */
export function compare(left: Decimal, right: Decimal): number {
  const difference = subtract(left, right).coefficient;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function equal(left: Decimal, right: Decimal): boolean {
  return compare(left, right) === 0;
}

export function sign(value: Decimal): number {
  return compare(value, ZERO);
}

/** Rounds to `scale` decimals, a half away from zero: the commercial rounding EN 16931 means by "half up". */
export function roundHalfUp(value: Decimal, scale: number): Decimal {
  return rounded(value, scale, (doubled, divisor) =>
    doubled < 0n ? -((-doubled + divisor) / (2n * divisor)) : (doubled + divisor) / (2n * divisor),
  );
}

/** Rounds to `scale` decimals, a half towards +∞: what `round()` of XPath does, and so the official validators. */
export function roundLikeXPath(value: Decimal, scale: number): Decimal {
  return rounded(value, scale, (doubled, divisor) => {
    const shifted = doubled + divisor;
    const quotient = shifted / (2n * divisor);
    return shifted < 0n && shifted % (2n * divisor) !== 0n ? quotient - 1n : quotient;
  });
}

function rounded(value: Decimal, scale: number, quotient: (doubled: bigint, divisor: bigint) => bigint): Decimal {
  if (value.scale <= scale) return value;
  const divisor = 10n ** BigInt(value.scale - scale);
  return { coefficient: quotient(2n * value.coefficient, divisor), scale };
}

function rescaled(value: Decimal, scale: number): bigint {
  return value.coefficient * 10n ** BigInt(scale - value.scale);
}
