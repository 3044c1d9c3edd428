// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Calendar, Day} from "../common/Calendar.sol";
import {DaySet} from "../common/DaySet.sol";
import {PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {RuleSet} from "../rules/IRuleBook.sol";
import {IReceivableLedger, IssueOrder, Offer} from "./IReceivableLedger.sol";
import {NoteId, PayableId, noteId} from "./Ids.sol";
import {NoteStatus, packNote} from "./Note.sol";
import {PayableStatus, Progress, Terms, packTerms} from "./Payable.sol";
import {ReceivableStore} from "./ReceivableStore.sol";

/// @title Issue: an obligor's promise against its trade documents
abstract contract Issuance is ReceivableStore {
    using DaySet for DaySet.Days;

    uint256 private constant MAX_DOCUMENTS = 50;

    //------------------------------------------------------------------ the operator

    /// @inheritdoc IReceivableLedger
    function setLimit(PartyId obligor, bytes3 currency, uint128 limit) external {
        _parties.actingParty(_msgSender(), Roles.OPERATOR);
        _parties.requireStanding(obligor, Roles.OBLIGOR);
        _exposures[obligor][currency].limit = limit;
        emit LimitSet(obligor, currency, limit);
    }

    //------------------------------------------------------------------ the obligor

    /// @inheritdoc IReceivableLedger
    function issue(IssueOrder calldata order) external returns (PayableId id) {
        PartyId obligor = _parties.actingParty(_msgSender(), Roles.OBLIGOR);
        _parties.requireStanding(order.supplier, Roles.SUPPLIER);
        if (order.supplier == obligor) revert SupplierIsObligor(obligor);
        _requireNothingOverdue(obligor);

        Day issueDate = _today();
        (uint16 ruleSet, RuleSet memory rules) = _rules.ruleSetOn(issueDate);
        _requireTerm(order.maturity, issueDate, ruleSet, rules.maxTermMonths);
        if (order.face == 0) revert AmountZero();
        if (order.face < rules.minNote) revert NoteTooSmall(ruleSet, order.face, rules.minNote);
        _useLimit(obligor, order.currency, order.face);

        id = PayableId.wrap(++_payableCount);
        _terms[id] = packTerms(
            Terms({
                obligor: obligor,
                currency: order.currency,
                face: order.face,
                maturity: order.maturity,
                noteCount: 1,
                ruleSet: ruleSet,
                maxTier: rules.maxTier,
                maxChildren: rules.maxChildren,
                offerWindowDays: rules.offerWindowDays,
                minNote: rules.minNote,
                status: PayableStatus.Offered
            })
        );
        Day dueDate = _rules.roll(order.maturity);
        _progress[id] = Progress(order.supplier, issueDate, dueDate, 0, 0);
        emit PayableIssued(
            id,
            obligor,
            order.supplier,
            order.currency,
            order.face,
            issueDate,
            order.maturity,
            dueDate,
            ruleSet,
            order.ref
        );
        _useDocuments(id, obligor, order);
        _offerFirstNote(id, obligor, order, rules.offerWindowDays);
    }

    //------------------------------------------------------------------ internals

    function _requireNothingOverdue(PartyId obligor) private view {
        Day today = _today();
        _requireNothingDueBefore(obligor, today);
        PartyId[] memory predecessors = _parties.predecessorsOf(obligor);
        for (uint256 i = 0; i < predecessors.length; ++i) {
            _requireNothingDueBefore(predecessors[i], today);
        }
    }

    function _requireNothingDueBefore(PartyId obligor, Day today) private view {
        (bool found, Day dueDate) = _owedOn[obligor].earliestBefore(today);
        if (found) revert ObligorOverdue(obligor, dueDate);
    }

    function _requireTerm(Day maturity, Day issueDate, uint16 ruleSet, uint8 maxTermMonths) private pure {
        if (maturity <= issueDate) revert MaturityNotAhead(maturity, issueDate);
        Day latest = Calendar.addMonths(issueDate, maxTermMonths);
        if (maturity > latest) revert TermTooLong(ruleSet, maturity, latest);
    }

    function _useLimit(PartyId obligor, bytes3 currency, uint64 face) private {
        Exposure storage e = _exposures[obligor][currency];
        if (uint256(e.outstanding) + face > e.limit) {
            revert LimitExceeded(obligor, currency, e.limit, e.outstanding, face);
        }
        e.outstanding += face;
    }

    function _useDocuments(PayableId id, PartyId obligor, IssueOrder calldata order) private {
        uint256 count = order.documents.length;
        if (count > MAX_DOCUMENTS) revert TooManyEntries(count, MAX_DOCUMENTS);
        uint256 documented;
        for (uint256 i = 0; i < count; ++i) {
            documented += order.documents[i].amount;
            _documentsOf[id].push(order.documents[i]);
            emit PayableDocument(id, order.documents[i].fingerprint, order.documents[i].amount);
        }
        if (documented != order.face) revert DocumentsDoNotCoverFace(order.face, documented);
        _documents.use(order.documents, obligor, order.currency);
    }

    function _offerFirstNote(PayableId id, PartyId obligor, IssueOrder calldata order, uint8 windowDays) private {
        NoteId first = noteId(id, 1);
        uint40 expiresAt = uint40(block.timestamp) + uint40(windowDays) * 1 days;
        _notes[first] = packNote(obligor, 0, 0, order.face, uint40(block.timestamp), 0, NoteStatus.Offered);
        _offers[first] = Offer(order.supplier, 0, expiresAt);
        _announceMint(first, obligor);
        emit NoteOffered(first, noteId(id, 0), order.supplier, 0, order.face, expiresAt);
    }
}
