// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Calendar, Day} from "../common/Calendar.sol";
import {IDocumentRegistry} from "../documents/IDocumentRegistry.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {IRuleBook, RuleSet} from "../rules/IRuleBook.sol";
import {IIssuance, IssueOrder} from "./IIssuance.sol";
import {IReceivableLedger, Promise} from "./IReceivableLedger.sol";
import {PayableId} from "./Ids.sol";
import {PayableStatus, Progress, Terms, packTerms} from "./Payable.sol";

/// @title Issue; see {IIssuance}
contract Issuance is IIssuance, ERC2771Context {
    uint256 private constant MAX_DOCUMENTS = 50;

    IPartyRegistry private immutable _parties;
    IRuleBook private immutable _rules;
    IDocumentRegistry private immutable _documents;
    IReceivableLedger private immutable _ledger;

    mapping(PartyId obligor => mapping(bytes3 currency => uint128)) private _limits;

    constructor(
        address forwarder,
        IPartyRegistry parties,
        IRuleBook rules,
        IDocumentRegistry documents,
        IReceivableLedger ledger
    ) ERC2771Context(forwarder) {
        _parties = parties;
        _rules = rules;
        _documents = documents;
        _ledger = ledger;
    }

    //------------------------------------------------------------------ the operator

    /// @inheritdoc IIssuance
    function setLimit(PartyId obligor, bytes3 currency, uint128 limit) external {
        _parties.actingParty(_msgSender(), Roles.OPERATOR);
        _parties.requireStanding(obligor, Roles.OBLIGOR);
        _limits[obligor][currency] = limit;
        emit LimitSet(obligor, currency, limit);
    }

    //------------------------------------------------------------------ the obligor

    /// @inheritdoc IIssuance
    function issue(IssueOrder calldata order) external returns (PayableId id) {
        PartyId obligor = _parties.actingParty(_msgSender(), Roles.OBLIGOR);
        _parties.requireStanding(order.supplier, Roles.SUPPLIER);
        if (order.supplier == obligor) revert SupplierIsObligor(obligor);
        Day issueDate = _rules.today();
        _requireNothingOverdue(obligor, issueDate);

        (uint16 ruleSet, RuleSet memory rules) = _rules.ruleSetOn(issueDate);
        _requireTerm(order.maturity, issueDate, ruleSet, rules.maxTermMonths);
        if (order.face == 0) revert IReceivableLedger.AmountZero();
        if (order.face < rules.minNote) {
            revert IReceivableLedger.NoteTooSmall(ruleSet, order.face, rules.minNote);
        }
        _requireWithinLimit(obligor, order.currency, order.face);
        _requireDocumented(order);
        id = _ledger.open(_promise(obligor, order, issueDate, ruleSet, rules));
        _documents.use(id, order.documents, obligor, order.currency);
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc IIssuance
    function exposure(PartyId obligor, bytes3 currency) public view returns (uint128 limit, uint128 outstanding) {
        return (_limits[obligor][currency], _ledger.outstanding(obligor, currency));
    }

    //------------------------------------------------------------------ internals

    function _requireNothingOverdue(PartyId obligor, Day today) private view {
        _requireNothingDueBefore(obligor, today);
        PartyId[] memory predecessors = _parties.predecessorsOf(obligor);
        for (uint256 i = 0; i < predecessors.length; ++i) {
            _requireNothingDueBefore(predecessors[i], today);
        }
    }

    function _requireNothingDueBefore(PartyId obligor, Day today) private view {
        (bool found, Day dueDate) = _ledger.dueBefore(obligor, today);
        if (found) revert ObligorOverdue(obligor, dueDate);
    }

    function _requireTerm(Day maturity, Day issueDate, uint16 ruleSet, uint8 maxTermMonths) private pure {
        if (maturity <= issueDate) revert MaturityNotAhead(maturity, issueDate);
        Day latest = Calendar.addMonths(issueDate, maxTermMonths);
        if (maturity > latest) revert TermTooLong(ruleSet, maturity, latest);
    }

    function _requireWithinLimit(PartyId obligor, bytes3 currency, uint64 face) private view {
        (uint128 limit, uint128 outstanding) = exposure(obligor, currency);
        if (uint256(outstanding) + face > limit) revert LimitExceeded(obligor, currency, limit, outstanding, face);
    }

    function _requireDocumented(IssueOrder calldata order) private pure {
        uint256 count = order.documents.length;
        if (count > MAX_DOCUMENTS) revert IReceivableLedger.TooManyEntries(count, MAX_DOCUMENTS);
        uint256 documented;
        for (uint256 i = 0; i < count; ++i) documented += order.documents[i].amount;
        if (documented != order.face) revert DocumentsDoNotCoverFace(order.face, documented);
    }

    function _promise(
        PartyId obligor,
        IssueOrder calldata order,
        Day issueDate,
        uint16 ruleSet,
        RuleSet memory rules
    ) private view returns (Promise memory) {
        Day dueDate = _rules.roll(order.maturity);
        return
            Promise({
                terms: packTerms(
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
                ),
                progress: Progress(order.supplier, issueDate, dueDate, 0, 0),
                defaultDate: Day.wrap(Day.unwrap(dueDate) + rules.defaultDays + 1),
                documents: order.documents,
                ref: order.ref
            });
    }
}
