// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { sql } from 'kysely';
import { Contract } from 'ethers';
import { addressOf, type Address } from '../../../server/values/hex.ts';
import type { SettlementCash } from '../../../types/settlement/SettlementCash.ts';
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
    const cash = new Contract(
      address,
      ledger.contracts.interface('SettlementCash'),
      ledger.chain.provider,
    ) as Contract & SettlementCash;
    assert.strictEqual(await cash.totalSupply(), issued - redeemed);
    for (const { party, balance, reserved } of balances) {
      assert.strictEqual(await cash.balanceOf(accountOf(party)), balance, `party ${party}`);
      assert.strictEqual(await cash.reservedOf(accountOf(party)), reserved, `what is set aside of party ${party}`);
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
      assert.strictEqual(await cash.balanceOf(other), 0n, other);
    }
  }
}

function accountOf(party: bigint): Address {
  return addressOf(`0xdee971e2${party.toString(16).padStart(32, '0')}`);
}
