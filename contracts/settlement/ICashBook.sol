// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../parties/PartyId.sol";
import {NoteId} from "../receivables/Ids.sol";
import {SettlementCash} from "./SettlementCash.sol";

/// @notice What cash moves for. What the subject of a movement numbers depends on it; 0 where nothing is said.
enum CashPurpose {
    Transfer, // by the ERC-20's own function
    AllowedTransfer, // by the ERC-20's own function, of a party that the payer allowed to; subject: that party
    Issue,
    Redemption,
    Payment, // of one party to another, for whatever they agreed outside
    Inheritance, // by who stands in the payer's place
    Settlement, // of a payable, to the holder of the note; subject: the payment
    PriorClaim, // of a payable, to one who comes before the holder of the note; subject: the payment
    Sale, // the price of notes; subject: the sale
    SaleFee, // subject: the sale
    LoanAdvance, // to the borrower; subject: the loan
    LoanDraw, // to a payee that the loan is tied to; subject: the loan
    LoanFee, // subject: the loan
    LoanRepayment, // subject: the loan
    Recourse, // an endorser pays for the note
    CoverShare // a carrier bears its part of the loss on the note; subject: the cover
}

/// @notice Why cash moves.
/// @param purpose see {CashPurpose}
/// @param subject the number of what it moves for
/// @param note the note it is paid for, or 0
/// @param ref the parties' reference, or 0
struct CashReason {
    CashPurpose purpose;
    uint64 subject;
    NoteId note;
    bytes32 ref;
}

/// @title Settlement cash: a bank's tokenised deposits, one ERC-20 per currency
/// @notice Accounts are parties' account addresses, so that a party's money stays where it is when its key changes. A party
/// moves its own; the contracts of settlement and financing move it from payer to payee in the same transaction as the
/// asset. Only the bank mints, and it redeems only what was given back to it. This book holds no cash itself.
interface ICashBook {
    //------------------------------------------------------------------ events

    event CashOpened(bytes3 indexed currency, PartyId indexed bank, address cash, uint8 decimals);
    /// @notice `amount` went from the payer's account to the payee's, and why; there is no payer on issue, and no payee on
    /// redemption. Every movement is announced once, here. See {CashPurpose} and {CashReason}.
    event CashMoved(
        bytes3 indexed currency,
        PartyId indexed payer,
        PartyId indexed payee,
        uint256 amount,
        CashPurpose purpose,
        uint64 subject,
        NoteId note,
        bytes32 ref
    );
    /// @notice Of what the party has, `reserved` is now set aside for what was agreed.
    event CashReserved(bytes3 indexed currency, PartyId indexed party, uint256 reserved);

    //------------------------------------------------------------------ refusals

    /// @notice Settlement cash in {currency} was already opened, by party {bank}.
    error CashAlreadyOpen(bytes3 currency, PartyId bank);
    /// @notice There is no settlement cash in {currency}.
    error CashUnknown(bytes3 currency);
    /// @notice Only the settlement bank {bank} may do this, not party {caller}.
    error NotTheBank(PartyId bank, PartyId caller);
    /// @notice The caller {caller} may not move settlement cash.
    error NotAMover(address caller);
    /// @notice Party {caller} did not succeed party {predecessor}.
    error NotTheSuccessor(PartyId predecessor, PartyId caller);

    //------------------------------------------------------------------ the bank

    /// @notice Opens settlement cash in a currency. Only a settlement bank, which is its bank from then on.
    /// @param decimals ISO 4217 minor-unit exponent
    function open(bytes3 currency, uint8 decimals) external returns (SettlementCash);

    /// @notice Puts deposits on the ledger, in minor units. Only the bank, to an admitted party.
    /// @param ref the bank's reference
    function mint(bytes3 currency, PartyId to, uint256 amount, bytes32 ref) external;

    /// @notice Takes deposits that were given back to the bank off the ledger, in minor units. Only the bank.
    /// @param ref the bank's reference of the payout
    function redeem(bytes3 currency, uint256 amount, bytes32 ref) external;

    //------------------------------------------------------------------ parties

    /// @notice Pays another admitted party, in minor units.
    function pay(bytes3 currency, PartyId to, uint256 amount, bytes32 ref) external;

    /// @notice Moves what a predecessor had to the party that succeeded it. Only that party. What is reserved stays where it is
    /// until it is drawn or given free.
    function inherit(bytes3 currency, PartyId predecessor) external;

    //------------------------------------------------------------------ the ledger's contracts

    /// @notice Moves cash from payer to payee as part of a settlement or a financing. Only their contracts, which act for the
    /// payer who instructed it or signed for it; a suspended party is still paid, and still pays its debts.
    function move(bytes3 currency, PartyId from, PartyId to, uint256 amount, CashReason calldata reason) external;

    /// @notice Sets money aside in a party's own account, for what it agreed to: it leaves the account in no other way. Refused
    /// where less is free. Only the contracts of {move}.
    function reserve(bytes3 currency, PartyId party, uint256 amount) external;

    /// @notice Gives reserved money free again. Only the contracts of {move}.
    function unreserve(bytes3 currency, PartyId party, uint256 amount) external;

    /// @notice Announces what a party moved by the functions of one of the book's ERC-20s. Only that ERC-20.
    /// @param spender the party that the payer had allowed to, or nobody
    function announceTransfer(bytes3 currency, PartyId from, PartyId to, uint256 amount, PartyId spender) external;

    /// @notice The settlement cash of a currency; refuses one that has none.
    function cashOf(bytes3 currency) external view returns (SettlementCash);

    function bankOf(bytes3 currency) external view returns (PartyId);
}
