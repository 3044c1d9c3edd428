import { numberToHex, type Hex, type StateOverride } from 'viem';

/** The third parameter of `eth_call`. Only code and balance are ever put in place here. */
export function toRpcStateOverride(override: StateOverride): Record<string, { code?: Hex; balance?: Hex }> {
  return Object.fromEntries(
    override.map(({ address, code, balance }) => [
      address,
      { ...(code === undefined ? {} : { code }), ...(balance === undefined ? {} : { balance: numberToHex(balance) }) },
    ]),
  );
}
