// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../parties/PartyId.sol";

/// @title Settlement cash: one bank's tokenised deposits in one currency
/// @notice An ERC-20 whose accounts are parties' account addresses, so that a party's money stays where it is when its key
/// changes. A party moves its own; at settlement the ledger's settlement contracts move it from payer to payee in the same
/// transaction as the asset. Only the bank mints, and it burns only what was given back to it.
interface ISettlementCash {
    event CashMinted(PartyId indexed to, uint256 amount, bytes32 ref);
    event CashRedeemed(uint256 amount, bytes32 ref);
    event CashInherited(PartyId indexed predecessor, PartyId indexed successor, uint256 amount);

    /// @notice {account} is no party's account.
    error AccountUnknown(address account);
    /// @notice Only the settlement bank {bank} may do this, not party {caller}.
    error NotTheBank(PartyId bank, PartyId caller);
    /// @notice The caller {caller} may not move settlement cash.
    error NotAMover(address caller);
    /// @notice Party {caller} did not succeed party {predecessor}.
    error NotTheSuccessor(PartyId predecessor, PartyId caller);

    /// @notice Puts deposits on the ledger, in minor units. Only the bank, to an admitted party.
    /// @param ref the bank's reference
    function mint(PartyId to, uint256 amount, bytes32 ref) external;

    /// @notice Takes deposits that were given back to the bank off the ledger, in minor units. Only the bank.
    /// @param ref the bank's reference of the payout
    function redeem(uint256 amount, bytes32 ref) external;

    /// @notice Moves what a predecessor had to the party that succeeded it. Only that party.
    function inherit(PartyId predecessor) external;

    /// @notice Moves cash from payer to payee as part of a settlement. Only the ledger's settlement contracts, which act for
    /// the payer who instructed them; a suspended party is still paid, and still pays its debts.
    function move(PartyId from, PartyId to, uint256 amount) external;

    function bank() external view returns (PartyId);
}
