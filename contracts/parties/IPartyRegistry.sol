// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {Party} from "./Party.sol";
import {PartyId} from "./PartyId.sol";

/// @param scheme `USCC` (GB 32100) or `LEI` (ISO 17442)
/// @param identifier the identifier itself, normalised
/// @param name the registered name
/// @param roles bits of {Roles}
/// @param validUntil last day of the admission
/// @param key the party's signing key
struct Admission {
    string scheme;
    string identifier;
    string name;
    uint16 roles;
    Day validUntil;
    address key;
}

/// @title Who may act: legal entities, their roles and signing keys
/// @notice The operator admits and suspends. It speaks for nobody: a party's key changes by the party's own signature or,
/// when it is lost, by the operator and a regulator together; so do mergers and the roles that govern or make money.
interface IPartyRegistry {
    //------------------------------------------------------------------ events

    /// @param proposedRoles all its roles once a regulator confirms them; 0 where nothing waits for one
    event PartyAdmitted(
        PartyId indexed party,
        string scheme,
        string identifier,
        string name,
        uint16 roles,
        uint16 proposedRoles,
        Day validUntil,
        address key
    );
    event PartySuspended(PartyId indexed party, string reason);
    event PartyReadmitted(PartyId indexed party);
    event ValidityChanged(PartyId indexed party, Day validUntil);
    /// @param proposedRoles all its roles once a regulator confirms them
    event RolesProposed(PartyId indexed party, uint16 proposedRoles);
    /// @param proposedRoles what still waits for a regulator, as above; 0 where nothing does
    event RolesChanged(PartyId indexed party, uint16 roles, uint16 proposedRoles);
    event KeyRotated(PartyId indexed party, address oldKey, address newKey);
    event KeyRecoveryProposed(PartyId indexed party, address newKey, bytes32 order);
    event SuccessionProposed(PartyId indexed predecessor, PartyId indexed successor, bytes32 order);
    /// @param bySuccessor whether it is the successor's consent; else it is the predecessor's, or a regulator's in its place
    event SuccessionConsented(PartyId indexed predecessor, PartyId indexed by, bool bySuccessor);
    /// @notice The successor stands in the predecessor's place; the predecessor has no key any more, and what was proposed for it
    /// is void.
    event PartySucceeded(PartyId indexed predecessor, PartyId indexed successor);
    /// @notice What `sender` transfers to the recipient is accepted beforehand, or no longer; `NOBODY` stands for anyone.
    event StandingAcceptanceChanged(PartyId indexed recipient, PartyId indexed sender, bool accepted);

    //------------------------------------------------------------------ refusals

    /// @notice The key {key} signs for no party.
    error KeyUnknown(address key);
    /// @notice The key {key} already signs for party {party}.
    error KeyTaken(address key, PartyId party);
    /// @notice There is no party {party}.
    error PartyUnknown(PartyId party);
    /// @notice Party {party} is suspended.
    error PartyIsSuspended(PartyId party);
    /// @notice Party {party} was succeeded by party {successor}.
    error PartyIsSucceeded(PartyId party, PartyId successor);
    /// @notice The admission of party {party} ended on {validUntil}; today is {today}.
    error AdmissionExpired(PartyId party, Day validUntil, Day today);
    /// @notice Party {party} holds roles {held}, and this needs one of {needed}.
    error RoleMissing(PartyId party, uint16 held, uint16 needed);
    /// @notice The identifier already belongs to party {party}.
    error IdentifierTaken(PartyId party);
    /// @notice The admission is incomplete: {field}.
    error AdmissionIncomplete(string field);
    /// @notice One party cannot hold the roles {roles}: an operator, a regulator and an auditor hold no other role.
    error RolesIncompatible(uint16 roles);
    /// @notice Party {party} is not suspended.
    error PartyNotSuspended(PartyId party);
    /// @notice Party {party} is a regulator; the operator can neither suspend it nor end its admission.
    error RegulatorProtected(PartyId party);
    /// @notice No proposal for party {party} is waiting for confirmation.
    error NothingProposed(PartyId party);
    /// @notice The confirmation does not match the pending proposal for party {party}.
    error ProposalDiffers(PartyId party);
    /// @notice Party {party} is not asked to consent to this succession, or has already consented.
    error ConsentNotDue(PartyId party);
    /// @notice Party {party} cannot name itself.
    error SelfReference(PartyId party);

    //------------------------------------------------------------------ the operator

    /// @notice Admits a legal entity. Only the operator. Roles in {Roles.CONFIRMED} wait for a regulator.
    /// @return party its number
    function admit(Admission calldata admission) external returns (PartyId party);

    /// @notice Stops a party from acting; what it holds stays its own and is still paid. Only the operator.
    function suspend(PartyId party, string calldata reason) external;

    /// @notice Lets a suspended party act again. Only the operator.
    function readmit(PartyId party) external;

    /// @notice Sets the last day of a party's admission. Only the operator.
    function changeValidity(PartyId party, Day validUntil) external;

    /// @notice Sets a party's roles. Only the operator; a change to a role in {Roles.CONFIRMED} waits for a regulator.
    function changeRoles(PartyId party, uint16 roles) external;

    /// @notice Proposes a new key for a party that lost its own. Only the operator; see {confirmKeyRecovery}.
    function proposeKeyRecovery(PartyId party, address newKey, bytes32 order) external;

    /// @notice Proposes that `successor` steps into `predecessor`'s place (a merger). Only the operator.
    function proposeSuccession(PartyId predecessor, PartyId successor, bytes32 order) external;

    //------------------------------------------------------------------ a regulator

    /// @notice Confirms the roles that were proposed for a party. Only a regulator, which names them: a proposal that was
    /// replaced in the meantime is not what it confirms.
    function confirmRoles(PartyId party, uint16 roles) external;

    /// @notice Confirms the key that was proposed for a party. Only a regulator, which names it.
    function confirmKeyRecovery(PartyId party, address newKey) external;

    //------------------------------------------------------------------ the party itself

    /// @notice Replaces the caller's key. Only the party, by its present key, suspended or not.
    function rotateKey(address newKey) external;

    /// @notice Consents to a succession: the successor must, and the predecessor or a regulator must. Each names both.
    function consentToSuccession(PartyId predecessor, PartyId successor) external;

    /// @notice Accepts beforehand what `sender` transfers to the caller; `NOBODY` stands for anyone.
    function setStandingAcceptance(PartyId sender, bool accepted) external;

    //------------------------------------------------------------------ views

    function party(PartyId id) external view returns (Party memory);

    function partyCount() external view returns (uint32);

    /// @notice The party a key signs for; refuses an unknown key. Says nothing of its standing.
    function partyOf(address key) external view returns (PartyId);

    /// @notice The party a key signs for, if it may act today and holds one of `roles` (0 for any).
    function actingParty(address key, uint16 roles) external view returns (PartyId);

    /// @notice The party that stands in `id`'s place today, through every succession.
    function resolve(PartyId id) external view returns (PartyId);

    /// @notice Every party that `id` stands in for, directly or through another, in the order of succession.
    function predecessorsOf(PartyId id) external view returns (PartyId[] memory);

    /// @notice Refuses unless the party may act today and holds one of `roles` (0 for any).
    function requireStanding(PartyId id, uint16 roles) external view;

    /// @notice The acting party behind `key`, if it may hold notes today. `holder` is whom to expect; where `key` is
    /// another's, it is the party that `key` signs for.
    function actingFor(address key, PartyId holder) external view returns (PartyId);

    /// @notice Refuses unless the recipient may hold notes today.
    /// @return accepted whether a standing acceptance covers what `sender` transfers to it
    /// @return standsIn whether it succeeded another party, and so may be another under a second number
    function acceptsBeforehand(PartyId recipient, PartyId sender) external view returns (bool accepted, bool standsIn);
}
