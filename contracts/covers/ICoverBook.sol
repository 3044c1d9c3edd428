// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {PartyId} from "../parties/PartyId.sol";
import {PayableId} from "../receivables/Ids.sol";
import {Layer} from "./Waterfall.sol";

/// @notice What a policy or a guarantee says.
/// @param insured whose losses it covers; nobody, where it covers whoever holds notes of the payable it names
/// @param payableId the payable it covers; 0 for any
/// @param obligor the party whose failure it covers; nobody for anyone's
/// @param currency ISO 4217 code
/// @param from, until the payables it covers are due on these days or between them
/// @param layers see {Waterfall}
/// @param ref the policy's number, or 0
struct CoverTerms {
    PartyId insured;
    PayableId payableId;
    PartyId obligor;
    bytes3 currency;
    Day from;
    Day until;
    Layer[] layers;
    bytes32 ref;
}

enum CoverStage {
    None,
    Proposed, // waits for carriers
    InForce,
    Cancelled // before it was in force
}

/// @param terms for life
/// @param proposedBy the insured or a carrier
/// @param stage where it stands
/// @param consentsDue carriers that have yet to consent
struct Cover {
    CoverTerms terms;
    PartyId proposedBy;
    CoverStage stage;
    uint8 consentsDue;
}

/// @title Covers: what guarantors and insurers agree to bear of the loss on unpaid notes
/// @notice A cover is in force once every carrier has consented to its terms, which never change. With its consent a carrier
/// has instructed its payments; what is claimed under a cover, and who pays what of it, is for {ILossAccounts}.
interface ICoverBook {
    //------------------------------------------------------------------ events

    event CoverProposed(uint64 indexed cover, PartyId indexed by, bytes32 termsHash, CoverTerms terms);
    event CoverConsented(uint64 indexed cover, PartyId indexed carrier, PartyId indexed by);
    event CoverInForce(uint64 indexed cover);
    event CoverCancelled(uint64 indexed cover, PartyId indexed by, bytes32 cause);

    //------------------------------------------------------------------ refusals

    /// @notice There is no cover {cover}.
    error CoverUnknown(uint64 cover);
    /// @notice The cover is incomplete or contradicts itself: {field}.
    error CoverInvalid(string field);
    /// @notice Party {caller} is neither insured by the cover nor a carrier of it.
    error NotInCover(PartyId caller);
    /// @notice The terms named do not match those of cover {cover}.
    error CoverTermsDiffer(uint64 cover);
    /// @notice Cover {cover} is {stage}; this requires a proposed cover.
    error CoverNotProposed(uint64 cover, CoverStage stage);
    /// @notice Party {carrier} is not a carrier of cover {cover}, or has already consented.
    error CarrierConsentNotDue(uint64 cover, PartyId carrier);
    /// @notice Party {caller} cannot consent for party {carrier}.
    error NotTheCarrier(PartyId carrier, PartyId caller);

    //------------------------------------------------------------------ functions

    /// @notice Proposes a cover. Only the insured, or a carrier, which consents by it. Guarantors, insurers and financiers carry.
    function propose(CoverTerms calldata terms) external returns (uint64 cover);

    /// @notice A carrier, or who stands in its place, consents to a cover, whose terms it names. The last consent puts it in force.
    function consent(uint64 cover, PartyId carrier, bytes32 termsHash) external;

    /// @notice Ends a cover that is not in force. Only who proposed it, the insured or a carrier.
    function cancel(uint64 cover, bytes32 cause) external;

    //------------------------------------------------------------------ views

    function cover(uint64 id) external view returns (Cover memory);

    function coverCount() external view returns (uint64);

    function hashOf(CoverTerms calldata terms) external pure returns (bytes32);

    /// @notice Whether the party carries part of the cover, or stands in for one that does.
    function isCarrier(uint64 cover, PartyId party) external view returns (bool);

    /// @notice Who would bear what of a first loss, by the waterfall: by layer, its carriers in order and last the insured.
    function calculate(Layer[] calldata layers, uint64 loss) external pure returns (uint64[][] memory parts);
}
