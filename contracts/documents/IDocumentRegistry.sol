// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../parties/PartyId.sol";
import {PayableId} from "../receivables/Ids.sol";

/// @notice What stands on the ledger of a trade document. The document itself never does.
/// @param payableAmount what its debtor owes on it (EN 16931 BT-115), in minor units
/// @param credited what credit notes took off it; at most `payableAmount`
/// @param used what payables were issued against; at most `payableAmount`
/// @param currency ISO 4217 code
/// @param debtor the buyer, who alone may issue against it
/// @param registrar who put it here
struct Document {
    uint64 payableAmount;
    uint64 credited;
    uint64 used;
    bytes3 currency;
    PartyId debtor;
    PartyId registrar;
}

/// @notice Part of a payable's face, and the document that it stands on.
/// @param fingerprint keyed hash of the document's normalised identity
/// @param amount minor units
struct DocumentUse {
    bytes32 fingerprint;
    uint64 amount;
}

/// @title Trade documents by fingerprint, and how much of each is already used
/// @notice The same document is here once, whoever brings it; what is issued against it never exceeds what it says is payable.
interface IDocumentRegistry {
    //------------------------------------------------------------------ events

    event DocumentRegistered(
        bytes32 indexed fingerprint,
        PartyId indexed registrar,
        PartyId indexed debtor,
        bytes3 currency,
        uint64 payableAmount
    );
    event DocumentCredited(bytes32 indexed fingerprint, bytes32 indexed creditNote, uint64 amount, PartyId by);
    /// @notice More was issued against the document than is left of it after its credit notes.
    event DocumentOverdrawn(bytes32 indexed fingerprint, uint64 excess);
    /// @notice `amount` of the document was used for the payable; `used` is what all payables together use of it now. An issue
    /// may name a document more than once.
    event DocumentUsed(bytes32 indexed fingerprint, PayableId indexed payableId, uint64 amount, uint64 used);
    /// @notice The payable is void, and gives back what {DocumentUsed} said.
    event DocumentReleased(bytes32 indexed fingerprint, PayableId indexed payableId, uint64 amount, uint64 used);

    //------------------------------------------------------------------ refusals

    /// @notice The document {fingerprint} is already registered, by party {registrar}.
    error DocumentAlreadyRegistered(bytes32 fingerprint, PartyId registrar);
    /// @notice There is no document {fingerprint}.
    error DocumentUnknown(bytes32 fingerprint);
    /// @notice The amount of document {fingerprint} must be at least 1.
    error DocumentAmountZero(bytes32 fingerprint);
    /// @notice The debtor of document {fingerprint} is party {debtor}, not party {obligor}.
    error DocumentOfOtherDebtor(bytes32 fingerprint, PartyId debtor, PartyId obligor);
    /// @notice The document {fingerprint} is in {currency}, not in {wanted}.
    error DocumentCurrencyDiffers(bytes32 fingerprint, bytes3 currency, bytes3 wanted);
    /// @notice {wanted} is requested against document {fingerprint}; its residual is {residual}.
    error DocumentResidualExceeded(bytes32 fingerprint, uint64 residual, uint64 wanted);
    /// @notice Only its registrar or its debtor may credit document {fingerprint}; party {by} is neither.
    error CreditNotAllowed(bytes32 fingerprint, PartyId by);
    /// @notice The caller {caller} is not part of the ledger.
    error NotTheLedger(address caller);

    //------------------------------------------------------------------ functions

    /// @notice Registers a document. Only a party that may hold notes; a document once.
    function register(bytes32 fingerprint, PartyId debtor, bytes3 currency, uint64 payableAmount) external;

    /// @notice Takes a credit note's amount off the document it refers to, never below nothing. Only the document's
    /// registrar or debtor; the credit note is registered with it, so that it counts once.
    function credit(bytes32 fingerprint, bytes32 creditNote, uint64 amount) external;

    /// @notice Uses part of each document for a payable. Only the contract of issuance.
    function use(PayableId payableId, DocumentUse[] calldata uses, PartyId obligor, bytes3 currency) external;

    /// @notice Gives back what a void payable had used. Only the receivable ledger.
    function release(PayableId payableId, DocumentUse[] calldata uses) external;

    function document(bytes32 fingerprint) external view returns (Document memory);

    /// @notice What may still be issued against the document, in minor units.
    function residual(bytes32 fingerprint) external view returns (uint64);
}
