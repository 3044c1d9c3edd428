// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Calendar, Day} from "../common/Calendar.sol";
import {Admission, IPartyRegistry, Party, PartyStatus} from "./IPartyRegistry.sol";
import {NOBODY, PartyId} from "./PartyId.sol";
import {Roles} from "./Roles.sol";

/// @title Who may act: legal entities, their roles and signing keys; see {IPartyRegistry}
contract PartyRegistry is IPartyRegistry, ERC2771Context {
    struct Succession {
        PartyId successor;
        bool successorConsents;
        bool predecessorConsents;
    }

    /// @notice The ledger's time zone, seconds east of Greenwich.
    int256 public immutable utcOffset;

    uint32 private _count;
    mapping(PartyId => Party) private _parties;
    mapping(address key => PartyId) private _partyOfKey;
    mapping(bytes32 identifier => PartyId) private _partyOfIdentifier;
    mapping(PartyId => uint16) private _proposedRoles;
    mapping(PartyId => address) private _proposedKey;
    mapping(PartyId predecessor => Succession) private _successions;
    mapping(PartyId successor => PartyId[]) private _predecessors;
    mapping(PartyId recipient => mapping(PartyId from => bool)) private _standingAcceptance;

    /// @param forwarder the {InstructionForwarder}
    /// @param operator the first operator, which admits everybody else
    /// @param regulator the first regulator, without which the operator can confirm nothing
    constructor(address forwarder, int256 utcOffset_, Admission memory operator, Admission memory regulator)
        ERC2771Context(forwarder)
    {
        utcOffset = utcOffset_;
        operator.roles = Roles.OPERATOR;
        regulator.roles = Roles.REGULATOR;
        _admit(operator, 0);
        _admit(regulator, 0);
    }

    //------------------------------------------------------------------ the operator

    /// @inheritdoc IPartyRegistry
    function admit(Admission calldata admission) external returns (PartyId) {
        actingParty(_msgSender(), Roles.OPERATOR);
        return _admit(admission, Roles.CONFIRMED);
    }

    /// @inheritdoc IPartyRegistry
    function suspend(PartyId id, string calldata reason) external {
        actingParty(_msgSender(), Roles.OPERATOR);
        Party storage p = _admitted(id);
        if (p.roles & Roles.REGULATOR != 0) revert RegulatorProtected(id);
        if (p.status == PartyStatus.Suspended) revert PartyIsSuspended(id);
        p.status = PartyStatus.Suspended;
        emit PartySuspended(id, reason);
    }

    /// @inheritdoc IPartyRegistry
    function readmit(PartyId id) external {
        actingParty(_msgSender(), Roles.OPERATOR);
        Party storage p = _admitted(id);
        if (p.status != PartyStatus.Suspended) revert PartyNotSuspended(id);
        p.status = PartyStatus.Active;
        emit PartyReadmitted(id);
    }

    /// @inheritdoc IPartyRegistry
    function changeValidity(PartyId id, Day validUntil) external {
        actingParty(_msgSender(), Roles.OPERATOR);
        Party storage p = _admitted(id);
        if (p.roles & Roles.REGULATOR != 0) revert RegulatorProtected(id);
        p.validUntil = validUntil;
        emit ValidityChanged(id, validUntil);
    }

    /// @inheritdoc IPartyRegistry
    function changeRoles(PartyId id, uint16 roles) external {
        actingParty(_msgSender(), Roles.OPERATOR);
        Party storage p = _admitted(id);
        _requireKnownRoles(roles);
        if ((p.roles ^ roles) & Roles.CONFIRMED != 0) {
            _proposedRoles[id] = roles;
            emit RolesProposed(id, roles);
        } else {
            p.roles = roles;
            emit RolesChanged(id, roles);
        }
    }

    /// @inheritdoc IPartyRegistry
    function proposeKeyRecovery(PartyId id, address newKey, bytes32 order) external {
        actingParty(_msgSender(), Roles.OPERATOR);
        _admitted(id);
        _requireFreeKey(newKey);
        _proposedKey[id] = newKey;
        emit KeyRecoveryProposed(id, newKey, order);
    }

    /// @inheritdoc IPartyRegistry
    function proposeSuccession(PartyId predecessor, PartyId successor, bytes32 order) external {
        actingParty(_msgSender(), Roles.OPERATOR);
        if (predecessor == successor) revert SelfReference(predecessor);
        _admitted(predecessor);
        requireStanding(successor, 0);
        _successions[predecessor] = Succession(successor, false, false);
        emit SuccessionProposed(predecessor, successor, order);
    }

    //------------------------------------------------------------------ a regulator

    /// @inheritdoc IPartyRegistry
    function confirmRoles(PartyId id) external {
        actingParty(_msgSender(), Roles.REGULATOR);
        uint16 roles = _proposedRoles[id];
        if (roles == 0) revert NothingProposed(id);
        delete _proposedRoles[id];
        _admitted(id).roles = roles;
        emit RolesChanged(id, roles);
    }

    /// @inheritdoc IPartyRegistry
    function confirmKeyRecovery(PartyId id) external {
        actingParty(_msgSender(), Roles.REGULATOR);
        address newKey = _proposedKey[id];
        if (newKey == address(0)) revert NothingProposed(id);
        _setKey(id, newKey);
    }

    //------------------------------------------------------------------ the party itself

    /// @inheritdoc IPartyRegistry
    function rotateKey(address newKey) external {
        _setKey(partyOf(_msgSender()), newKey);
    }

    /// @inheritdoc IPartyRegistry
    function consentToSuccession(PartyId predecessor) external {
        PartyId by = actingParty(_msgSender(), 0);
        Succession storage s = _successions[predecessor];
        if (s.successor == NOBODY) revert NothingProposed(predecessor);

        if (by == s.successor && !s.successorConsents) s.successorConsents = true;
        else if (_mayConsentForPredecessor(predecessor, by) && !s.predecessorConsents) s.predecessorConsents = true;
        else revert ConsentNotDue(by);
        emit SuccessionConsented(predecessor, by);

        if (s.successorConsents && s.predecessorConsents) _succeed(predecessor, s.successor);
    }

    /// @inheritdoc IPartyRegistry
    function setStandingAcceptance(PartyId from, bool accepted) external {
        PartyId recipient = actingParty(_msgSender(), Roles.HOLDERS);
        if (from == NOBODY) {
            _parties[recipient].acceptsFromAnyone = accepted;
        } else {
            _admitted(from);
            _standingAcceptance[recipient][from] = accepted;
        }
        emit StandingAcceptanceChanged(recipient, from, accepted);
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc IPartyRegistry
    function party(PartyId id) external view returns (Party memory) {
        return _parties[id];
    }

    /// @inheritdoc IPartyRegistry
    function partyCount() external view returns (uint32) {
        return _count;
    }

    /// @inheritdoc IPartyRegistry
    function partyOf(address key) public view returns (PartyId id) {
        id = _partyOfKey[key];
        if (id == NOBODY) revert KeyUnknown(key);
    }

    /// @inheritdoc IPartyRegistry
    function actingParty(address key, uint16 roles) public view returns (PartyId id) {
        id = partyOf(key);
        requireStanding(id, roles);
    }

    /// @inheritdoc IPartyRegistry
    function resolve(PartyId id) public view returns (PartyId) {
        PartyId next = _parties[id].successor;
        while (next != NOBODY) {
            id = next;
            next = _parties[id].successor;
        }
        return id;
    }

    /// @inheritdoc IPartyRegistry
    function predecessorsOf(PartyId id) external view returns (PartyId[] memory) {
        return _predecessors[id];
    }

    /// @inheritdoc IPartyRegistry
    function acceptsFrom(PartyId recipient, PartyId from) external view returns (bool) {
        return _parties[recipient].acceptsFromAnyone || _standingAcceptance[recipient][from];
    }

    /// @inheritdoc IPartyRegistry
    function requireStanding(PartyId id, uint16 roles) public view {
        _requireStanding(id, _parties[id], roles, _today());
    }

    /// @inheritdoc IPartyRegistry
    function checkTransfer(address key, PartyId[] calldata recipients)
        external
        view
        returns (PartyId sender, bool[] memory accepted)
    {
        Day today = _today();
        sender = partyOf(key);
        _requireStanding(sender, _parties[sender], Roles.HOLDERS, today);
        accepted = new bool[](recipients.length);
        for (uint256 i = 0; i < recipients.length; ++i) {
            Party memory p = _parties[recipients[i]];
            _requireStanding(recipients[i], p, Roles.HOLDERS, today);
            accepted[i] = p.acceptsFromAnyone || _standingAcceptance[recipients[i]][sender];
        }
    }

    //------------------------------------------------------------------ internals

    function _admit(Admission memory a, uint16 confirmed) private returns (PartyId id) {
        if (bytes(a.scheme).length == 0) revert AdmissionIncomplete("scheme");
        if (bytes(a.identifier).length == 0) revert AdmissionIncomplete("identifier");
        if (bytes(a.name).length == 0) revert AdmissionIncomplete("name");
        _requireKnownRoles(a.roles);
        _requireFreeKey(a.key);
        bytes32 identifier = keccak256(abi.encode(a.scheme, a.identifier));
        PartyId known = _partyOfIdentifier[identifier];
        if (known != NOBODY) revert IdentifierTaken(known);

        id = PartyId.wrap(++_count);
        uint16 awaiting = a.roles & confirmed;
        _parties[id] = Party(a.key, a.roles ^ awaiting, a.validUntil, PartyStatus.Active, false, NOBODY);
        _partyOfKey[a.key] = id;
        _partyOfIdentifier[identifier] = id;
        if (awaiting != 0) _proposedRoles[id] = a.roles;
        emit PartyAdmitted(id, a.scheme, a.identifier, a.name, a.roles ^ awaiting, awaiting, a.validUntil, a.key);
    }

    function _setKey(PartyId id, address newKey) private {
        Party storage p = _admitted(id);
        _requireFreeKey(newKey);
        address oldKey = p.key;
        _partyOfKey[oldKey] = NOBODY;
        delete _proposedKey[id]; // a recovery that was proposed for the old key is void
        p.key = newKey;
        _partyOfKey[newKey] = id;
        emit KeyRotated(id, oldKey, newKey);
    }

    /// @dev The predecessor's key stops signing: from now on its successor speaks for what it held.
    function _succeed(PartyId predecessor, PartyId successor) private {
        requireStanding(successor, 0);
        Party storage p = _admitted(predecessor);
        delete _successions[predecessor];
        _partyOfKey[p.key] = NOBODY;
        delete _proposedKey[predecessor];
        p.status = PartyStatus.Succeeded;
        p.successor = successor;
        PartyId[] storage inherited = _predecessors[predecessor];
        for (uint256 i = 0; i < inherited.length; ++i) _predecessors[successor].push(inherited[i]);
        _predecessors[successor].push(predecessor);
        emit PartySucceeded(predecessor, successor);
    }

    function _mayConsentForPredecessor(PartyId predecessor, PartyId by) private view returns (bool) {
        return by == predecessor || _parties[by].roles & Roles.REGULATOR != 0;
    }

    function _requireStanding(PartyId id, Party memory p, uint16 roles, Day today) private pure {
        if (p.status != PartyStatus.Active) {
            if (p.status == PartyStatus.None) revert PartyUnknown(id);
            if (p.status == PartyStatus.Suspended) revert PartyIsSuspended(id);
            revert PartyIsSucceeded(id, p.successor);
        }
        if (today > p.validUntil) revert AdmissionExpired(id, p.validUntil, today);
        if (roles != 0 && p.roles & roles == 0) revert RoleMissing(id, p.roles, roles);
    }

    /// @dev A party that was admitted and not succeeded, whatever its standing today.
    function _admitted(PartyId id) private view returns (Party storage p) {
        p = _parties[id];
        if (p.status == PartyStatus.None) revert PartyUnknown(id);
        if (p.status == PartyStatus.Succeeded) revert PartyIsSucceeded(id, p.successor);
    }

    function _requireFreeKey(address key) private view {
        if (key == address(0)) revert AdmissionIncomplete("key");
        PartyId taken = _partyOfKey[key];
        if (taken != NOBODY) revert KeyTaken(key, taken);
    }

    function _requireKnownRoles(uint16 roles) private pure {
        if (roles == 0 || roles & ~Roles.ALL != 0) revert AdmissionIncomplete("roles");
        bool several = roles & (roles - 1) != 0;
        if (several && roles & Roles.ALONE != 0) revert RolesIncompatible(roles);
    }

    function _today() private view returns (Day) {
        return Calendar.dayAt(block.timestamp, utcOffset);
    }
}
