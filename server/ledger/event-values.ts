import type { AbiParameter } from 'viem';

/** Decoded values by parameter name, whether the decoder gave a list or an object; unnamed ones by position. */
export function namedValues(inputs: readonly AbiParameter[], values: unknown): Record<string, unknown> {
  const list = Array.isArray(values) ? values : undefined;
  const object = values as Record<string, unknown> | undefined;
  return Object.fromEntries(
    inputs.map((input, index) => {
      const name = input.name ?? '';
      return [name === '' ? String(index) : name, list ? list[index] : object?.[name]];
    }),
  );
}

/** The same values always give the same text: keys sorted, bigint as decimal strings, no spaces (after RFC 8785). */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'bigint') return `"${value}"`;
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** Values read back from `canonicalJson`, as the decoder had given them. */
export function reviveValues(
  inputs: readonly AbiParameter[],
  stored: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    inputs.map((input, index) => {
      const name = input.name ?? '';
      const key = name === '' ? String(index) : name;
      return [key, revive(input, stored[key])];
    }),
  );
}

function revive(parameter: AbiParameter, value: unknown): unknown {
  const array = /^(.*)\[\d*\]$/.exec(parameter.type);
  if (array) {
    const item = { ...parameter, type: array[1] } as AbiParameter;
    return (value as unknown[]).map((element) => revive(item, element));
  }
  if (parameter.type === 'tuple' && 'components' in parameter) {
    return reviveValues(parameter.components, value as Record<string, unknown>);
  }
  return /^u?int/.test(parameter.type) && typeof value === 'string' ? BigInt(value) : value;
}
