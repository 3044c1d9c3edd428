// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../parties/PartyId.sol";
import {NoteId} from "../receivables/Ids.sol";

/// @title A financier's exposure, debtor by debtor, against its risk assets
/// @notice One debtor, and the financier's own affiliates together, may make up no more of its risk assets than the rule set
/// of the day allows. A financier declares its risk assets, its affiliates and its groups of obligors itself. Who stands in
/// another's place through succession has the other's exposure and affiliates too, but not its risk assets or groups.
interface IConcentration {
    //------------------------------------------------------------------ events

    event RiskAssetsDeclared(PartyId indexed financier, bytes3 indexed currency, uint128 amount);
    event AffiliateSet(PartyId indexed financier, PartyId indexed party, bool affiliate);
    event GroupMemberSet(PartyId indexed financier, bytes32 indexed group, PartyId indexed party, bool member);
    /// @notice `counted` is on the note or the loan now; the other of the two is 0. What is counted under the financier's and the
    /// debtor's own numbers, and with all the financier's affiliates, is now `exposure` and `affiliates`: each without those it
    /// succeeded.
    event ExposureChanged(
        PartyId indexed financier,
        PartyId indexed debtor,
        bytes3 indexed currency,
        NoteId note,
        uint64 loan,
        uint64 counted,
        uint128 exposure,
        uint128 affiliates
    );

    //------------------------------------------------------------------ refusals

    /// @notice Financier {financier} has declared no risk assets in {currency}.
    error RiskAssetsUndeclared(PartyId financier, bytes3 currency);
    /// @notice The exposure of financier {financier} to party {debtor} is {exposure} {currency}; {wanted} more would
    /// exceed its limit of {limit}.
    error DebtorShareExceeded(
        PartyId financier,
        PartyId debtor,
        bytes3 currency,
        uint256 limit,
        uint128 exposure,
        uint64 wanted
    );
    /// @notice The exposure of financier {financier} to its affiliates is {exposure} {currency}; {wanted} more would
    /// exceed its limit of {limit}.
    error AffiliateShareExceeded(PartyId financier, bytes3 currency, uint256 limit, uint128 exposure, uint64 wanted);
    /// @notice Only the financing contracts count exposure; the caller {caller} is not one of them.
    error NotACounter(address caller);
    /// @notice The instruction names {count} parties; at most {maximum} are allowed.
    error TooManyParties(uint256 count, uint256 maximum);

    //------------------------------------------------------------------ the financier

    /// @notice Declares the financier's risk assets in a currency, in minor units. Only a financier.
    function declareRiskAssets(bytes3 currency, uint128 amount) external;

    /// @notice Names parties as the financier's own affiliates, or no longer. Exposure counted before stays as it was counted.
    function setAffiliates(PartyId[] calldata parties, bool affiliate) external;

    /// @notice Puts parties into one of the financier's groups of obligors, or takes them out.
    function setGroup(bytes32 group, PartyId[] calldata parties, bool member) external;

    //------------------------------------------------------------------ anyone

    /// @notice Lowers exposure counted on notes to what the financier still holds of them: it may have passed them on.
    function recount(NoteId[] calldata notes) external;

    //------------------------------------------------------------------ the contracts of financing

    /// @notice Counts `units` at stake with `debtor`, beside what is counted on the key already; refuses what passes a limit of
    /// the day. Where another party's exposure is still counted on the key, it is taken off.
    /// @param key the note or the loan it is counted on
    function count(bytes32 key, PartyId financier, PartyId debtor, bytes3 currency, uint64 units) external;

    /// @notice The same without the limits, for what a financier did not choose to take on: what is owed again, or what came to it
    /// in place of another claim.
    function countAgain(bytes32 key, PartyId financier, PartyId debtor, bytes3 currency, uint64 units) external;

    /// @notice Takes up to `units` off what is counted on `key`; nothing where nothing is.
    function uncount(bytes32 key, uint64 units) external;

    /// @notice `units` of `note` were paid, and `settled` stands for them; it may be the note itself.
    function settle(NoteId note, NoteId settled, uint64 units) external;

    /// @notice The payment for which `settled` stood was returned: what it took off is counted again, on `settled`, without the
    /// limits, since nothing new is bought.
    function restore(NoteId settled) external;

    //------------------------------------------------------------------ views

    /// @notice Refuses unless the financier may take on `units` more with `debtor` today.
    function requireRoom(PartyId financier, PartyId debtor, bytes3 currency, uint64 units) external view;

    /// @notice How much more the financier may take on with the debtor today.
    function room(PartyId financier, PartyId debtor, bytes3 currency) external view returns (uint256 units);

    /// @notice Whether the financier put the party, or one it succeeded, into the group.
    function isMember(PartyId financier, bytes32 group, PartyId party) external view returns (bool);

    /// @notice Whether the financier, or one it succeeded, named the party, or one that it succeeded.
    function isAffiliate(PartyId financier, PartyId party) external view returns (bool);

    /// @notice As declared; 0 where nothing was.
    function riskAssets(PartyId financier, bytes3 currency) external view returns (uint128);

    /// @notice Exposure of the financier and those it succeeded to the debtor and those it succeeded.
    function exposure(PartyId financier, PartyId debtor, bytes3 currency) external view returns (uint128);

    /// @notice Exposure of the financier and those it succeeded to what was their affiliate when it was counted.
    function affiliateExposure(PartyId financier, bytes3 currency) external view returns (uint128);

    /// @notice What is counted on a note or a loan.
    function counted(
        bytes32 key
    ) external view returns (PartyId financier, PartyId debtor, bytes3 currency, uint64 units);
}

/// @notice The key under which exposure on a note is counted.
function noteKey(NoteId note) pure returns (bytes32) {
    return bytes32(uint256(NoteId.unwrap(note)));
}

/// @notice The key under which exposure on a loan is counted.
function loanKey(uint64 loan) pure returns (bytes32) {
    return bytes32(uint256(loan) | (1 << 64));
}

/// @notice The note or the loan of a key; the other is 0.
function countedOn(bytes32 key) pure returns (NoteId note, uint64 loan) {
    uint64 number = uint64(uint256(key));
    return key == loanKey(number) ? (NoteId.wrap(0), number) : (NoteId.wrap(number), 0);
}
