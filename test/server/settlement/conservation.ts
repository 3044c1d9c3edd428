import { assert } from 'chai';
import { sql } from 'kysely';
import { type Address, erc20Abi, pad, toHex } from 'viem';
import { cashCurrencies } from '../../../server/settlement/queries.ts';
import type { TestLedger } from '../harness.ts';

/**
 * What parties have adds up to what was issued and not redeemed, here and on the chain; each balance is what its statement
 * adds up to; and no contract and no key holds anything.
 */
export async function assertCashIsConserved(ledger: TestLedger): Promise<void> {
  for (const { currency, issued, redeemed, address } of await cashCurrencies(ledger.db, 'latest')) {
    const balances = await ledger.db
      .selectFrom('cash_balances')
      .select(['party', 'balance', 'reserved'])
      .where('currency', '=', currency)
      .where('to_block', 'is', null)
      .execute();
    assert.strictEqual(
      balances.reduce((sum, { balance }) => sum + balance, 0n),
      issued - redeemed,
    );
    const read = (functionName: 'totalSupply' | 'balanceOf', args: readonly Address[] = []): Promise<bigint> =>
      ledger.chain.client.readContract({ address, abi: erc20Abi, functionName, args } as never) as Promise<bigint>;
    assert.strictEqual(await read('totalSupply'), issued - redeemed);
    const readReserved = (cash: Address, account: Address): Promise<bigint> =>
      ledger.chain.client.readContract({
        address: cash,
        abi: ledger.contracts.artifact('SettlementCash').abi,
        functionName: 'reservedOf',
        args: [account],
      }) as Promise<bigint>;
    for (const { party, balance, reserved } of balances) {
      assert.strictEqual(await read('balanceOf', [accountOf(party)]), balance, `party ${party}`);
      assert.strictEqual(
        await readReserved(address, accountOf(party)),
        reserved,
        `what is set aside of party ${party}`,
      );
      const { rows } = await sql<{ net: bigint }>`
        select coalesce(sum(case when payee = ${party} then amount else 0 end - case when payer = ${party} then amount else 0 end), 0) as net
        from cash_movements where currency = ${currency} and to_block is null
      `.execute(ledger.db);
      assert.strictEqual(rows[0]?.net, balance, `the movements of party ${party}`);
    }
    const keys = (await ledger.db.selectFrom('parties').select('key').where('to_block', 'is', null).execute()).flatMap(
      ({ key }) => key ?? [],
    );
    for (const other of [...ledger.contracts.addresses(), address, ...(keys as Address[])]) {
      assert.strictEqual(await read('balanceOf', [other]), 0n, other);
    }
  }
}

function accountOf(party: bigint): Address {
  return `0xdee971e2${pad(toHex(party), { size: 16 }).slice(2)}`;
}
