// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {PayableId} from "../receivables/Ids.sol";
import {Document, DocumentUse, IDocumentRegistry} from "./IDocumentRegistry.sol";

/// @title Trade documents by fingerprint; see {IDocumentRegistry}
contract DocumentRegistry is IDocumentRegistry, ERC2771Context {
    IPartyRegistry private immutable _parties;
    address private immutable _issuance;
    address private immutable _ledger;

    mapping(bytes32 fingerprint => Document) private _documents;

    /// @param issuance the contract of issuance, which alone uses
    /// @param ledger the receivable ledger, which alone releases
    constructor(address forwarder, IPartyRegistry parties, address issuance, address ledger) ERC2771Context(forwarder) {
        _parties = parties;
        _issuance = issuance;
        _ledger = ledger;
    }

    modifier only(address part) {
        if (msg.sender != part) revert NotTheLedger(msg.sender);
        _;
    }

    //------------------------------------------------------------------ parties

    /// @inheritdoc IDocumentRegistry
    function register(bytes32 fingerprint, PartyId debtor, bytes3 currency, uint64 payableAmount) external {
        PartyId registrar = _parties.actingParty(_msgSender(), Roles.HOLDERS);
        _parties.requireStanding(debtor, Roles.OBLIGOR);
        if (payableAmount == 0) revert DocumentAmountZero(fingerprint);
        _requireNew(fingerprint);
        _documents[fingerprint] = Document(payableAmount, 0, 0, currency, debtor, registrar);
        emit DocumentRegistered(fingerprint, registrar, debtor, currency, payableAmount);
    }

    /// @inheritdoc IDocumentRegistry
    function credit(bytes32 fingerprint, bytes32 creditNote, uint64 amount) external {
        PartyId by = _parties.actingParty(_msgSender(), Roles.HOLDERS);
        Document storage d = _known(fingerprint);
        if (amount == 0) revert DocumentAmountZero(creditNote);
        if (by != _parties.resolve(d.registrar) && by != _parties.resolve(d.debtor)) {
            revert CreditNotAllowed(fingerprint, by);
        }
        _requireNew(creditNote);
        _documents[creditNote] = Document(0, 0, 0, d.currency, d.debtor, by);

        uint64 left = d.payableAmount - d.credited;
        uint64 taken = amount < left ? amount : left;
        d.credited += taken;
        emit DocumentCredited(fingerprint, creditNote, taken, by);

        left -= taken;
        if (d.used > left) emit DocumentOverdrawn(fingerprint, d.used - left);
    }

    //------------------------------------------------------------------ issue and the receivable ledger

    /// @inheritdoc IDocumentRegistry
    function use(
        PayableId payableId,
        DocumentUse[] calldata uses,
        PartyId obligor,
        bytes3 currency
    ) external only(_issuance) {
        for (uint256 i = 0; i < uses.length; ++i) {
            (bytes32 fingerprint, uint64 amount) = (uses[i].fingerprint, uses[i].amount);
            Document storage d = _known(fingerprint);
            if (amount == 0) revert DocumentAmountZero(fingerprint);
            if (d.debtor != obligor && _parties.resolve(d.debtor) != obligor) {
                revert DocumentOfOtherDebtor(fingerprint, d.debtor, obligor);
            }
            if (d.currency != currency) revert DocumentCurrencyDiffers(fingerprint, d.currency, currency);
            uint64 left = _residual(d);
            if (amount > left) revert DocumentResidualExceeded(fingerprint, left, amount);
            d.used += amount;
            emit DocumentUsed(fingerprint, payableId, amount, d.used);
        }
    }

    /// @inheritdoc IDocumentRegistry
    function release(PayableId payableId, DocumentUse[] calldata uses) external only(_ledger) {
        for (uint256 i = 0; i < uses.length; ++i) {
            Document storage d = _documents[uses[i].fingerprint];
            d.used -= uses[i].amount;
            emit DocumentReleased(uses[i].fingerprint, payableId, uses[i].amount, d.used);
        }
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc IDocumentRegistry
    function document(bytes32 fingerprint) external view returns (Document memory) {
        return _documents[fingerprint];
    }

    /// @inheritdoc IDocumentRegistry
    function residual(bytes32 fingerprint) external view returns (uint64) {
        return _residual(_documents[fingerprint]);
    }

    //------------------------------------------------------------------ internals

    function _residual(Document storage d) private view returns (uint64) {
        uint64 left = d.payableAmount - d.credited;
        return left > d.used ? left - d.used : 0;
    }

    function _known(bytes32 fingerprint) private view returns (Document storage d) {
        d = _documents[fingerprint];
        if (d.registrar == NOBODY) revert DocumentUnknown(fingerprint);
    }

    function _requireNew(bytes32 fingerprint) private view {
        PartyId registrar = _documents[fingerprint].registrar;
        if (registrar != NOBODY) revert DocumentAlreadyRegistered(fingerprint, registrar);
    }
}
