// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {DocumentUse} from "../documents/IDocumentRegistry.sol";
import {PartyId} from "../parties/PartyId.sol";
import {PayableId} from "./Ids.sol";

/// @notice What an obligor promises.
/// @param supplier the first supplier, tier 1
/// @param currency ISO 4217 code
/// @param face minor units
/// @param maturity the date promised
/// @param documents what the debt stands on; the amounts add up to `face`
/// @param ref the obligor's own reference (a contract, an order), or 0
struct IssueOrder {
    PartyId supplier;
    bytes3 currency;
    uint64 face;
    Day maturity;
    DocumentUse[] documents;
    bytes32 ref;
}

/// @title Issue: an obligor's promise against its trade documents, within its limit
/// @notice What has to be so before a promise is made; {IReceivableLedger} keeps it from then on.
interface IIssuance {
    //------------------------------------------------------------------ events

    event LimitSet(PartyId indexed obligor, bytes3 indexed currency, uint128 limit);

    //------------------------------------------------------------------ refusals

    /// @notice An obligor cannot be its own first supplier.
    error SupplierIsObligor(PartyId party);
    /// @notice The maturity {maturity} is not after the issue date {issueDate}.
    error MaturityNotAhead(Day maturity, Day issueDate);
    /// @notice The maturity {maturity} is after {latest}, the latest that rule set {ruleSet} allows.
    error TermTooLong(uint16 ruleSet, Day maturity, Day latest);
    /// @notice The documents' amounts add up to {documented}; the face is {face}.
    error DocumentsDoNotCoverFace(uint64 face, uint256 documented);
    /// @notice Party {obligor} owes {outstanding} {currency}; {wanted} more would exceed its limit of {limit}.
    error LimitExceeded(PartyId obligor, bytes3 currency, uint128 limit, uint128 outstanding, uint64 wanted);
    /// @notice Party {obligor} has a payable overdue since {dueDate}, and cannot issue until it is paid.
    error ObligorOverdue(PartyId obligor, Day dueDate);

    //------------------------------------------------------------------ the obligor

    /// @notice Promises `face` to the supplier at the maturity. Only an admitted obligor with nothing overdue. The supplier
    /// always has to accept in person: a standing acceptance does not cover an issue, since taking paper is its free choice.
    function issue(IssueOrder calldata order) external returns (PayableId payableId);

    //------------------------------------------------------------------ the operator

    /// @notice Sets how much an obligor may owe in a currency, in minor units. Only the operator.
    function setLimit(PartyId obligor, bytes3 currency, uint128 limit) external;

    //------------------------------------------------------------------ views

    /// @notice An obligor's limit and what it owes, in minor units; its own, without those it succeeded.
    function exposure(PartyId obligor, bytes3 currency) external view returns (uint128 limit, uint128 outstanding);
}
