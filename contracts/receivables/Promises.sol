// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DocumentUse} from "../documents/IDocumentRegistry.sol";
import {PartyId} from "../parties/PartyId.sol";
import {IReceivableLedger, Offer, Promise} from "./IReceivableLedger.sol";
import {NoteId, PayableId, noteId} from "./Ids.sol";
import {NoteStatus, packNote} from "./Note.sol";
import {PackedTerms} from "./Payable.sol";
import {ReceivableStore} from "./ReceivableStore.sol";

/// @title How a promise comes onto the books: the contract of issuance alone brings it, and answers for its being good
abstract contract Promises is ReceivableStore {
    address private immutable _issuance;

    constructor(address issuance) {
        _issuance = issuance;
    }

    /// @inheritdoc IReceivableLedger
    function open(Promise calldata p) external returns (PayableId id) {
        if (msg.sender != _issuance) revert NotTheIssuance(msg.sender);
        id = PayableId.wrap(++_payableCount);
        PackedTerms t = p.terms;
        (PartyId obligor, PartyId supplier) = (t.obligor(), p.progress.firstSupplier);
        _terms[id] = t;
        _progress[id] = p.progress;
        _outstanding[obligor][t.currency()] += t.face();
        emit PayableIssued(
            id,
            obligor,
            supplier,
            t.currency(),
            t.face(),
            p.progress.issueDate,
            t.maturity(),
            p.progress.dueDate,
            p.defaultDate,
            t.ruleSet(),
            p.ref
        );
        _keepDocuments(id, p.documents);
        _offerFirstNote(id, t, obligor, supplier);
    }

    //------------------------------------------------------------------ internals

    function _keepDocuments(PayableId id, DocumentUse[] calldata documents) private {
        for (uint256 i = 0; i < documents.length; ++i) {
            _documentsOf[id].push(documents[i]);
            emit PayableDocument(id, documents[i].fingerprint, documents[i].amount, i + 1);
        }
    }

    function _offerFirstNote(PayableId id, PackedTerms t, PartyId obligor, PartyId supplier) private {
        NoteId first = noteId(id, 1);
        uint40 expiresAt = uint40(block.timestamp) + uint40(t.offerWindowDays()) * 1 days;
        _notes[first] = packNote(obligor, 0, 0, t.face(), uint40(block.timestamp), 0, NoteStatus.Offered);
        _offers[first] = Offer(supplier, 0, expiresAt);
        _announceMint(first, obligor);
        emit NoteOffered(first, noteId(id, 0), supplier, 0, t.face(), expiresAt);
    }
}
