// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Calendar, Day} from "../common/Calendar.sol";
import {Admission, IPartyRegistry} from "./IPartyRegistry.sol";
import {PackedParty, Party, PartyStatus, packParty} from "./Party.sol";
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
    mapping(PartyId => PackedParty) private _parties;
    mapping(address key => PartyId) private _partyOfKey;
    mapping(bytes32 identifier => PartyId) private _partyOfIdentifier;
    mapping(PartyId => uint16) private _proposedRoles;
    mapping(PartyId => address) private _proposedKey;
    mapping(PartyId predecessor => Succession) private _successions;
    mapping(PartyId successor => PartyId[]) private _predecessors;
    mapping(PartyId recipient => mapping(PartyId sender => bool)) private _standingAcceptance;

    /// @param forwarder the {InstructionForwarder}
    /// @param operator the first operator, which admits everybody else
    /// @param regulator the first regulator, without which the operator can confirm nothing
    constructor(
        address forwarder,
        int256 utcOffset_,
        Admission memory operator,
        Admission memory regulator
    ) ERC2771Context(forwarder) {
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
        Party memory p = _admitted(id);
        if (p.roles & Roles.REGULATOR != 0) revert RegulatorProtected(id);
        if (p.status == PartyStatus.Suspended) revert PartyIsSuspended(id);
        p.status = PartyStatus.Suspended;
        _parties[id] = packParty(p);
        emit PartySuspended(id, reason);
    }

    /// @inheritdoc IPartyRegistry
    function readmit(PartyId id) external {
        actingParty(_msgSender(), Roles.OPERATOR);
        Party memory p = _admitted(id);
        if (p.status != PartyStatus.Suspended) revert PartyNotSuspended(id);
        p.status = PartyStatus.Active;
        _parties[id] = packParty(p);
        emit PartyReadmitted(id);
    }

    /// @inheritdoc IPartyRegistry
    function changeValidity(PartyId id, Day validUntil) external {
        actingParty(_msgSender(), Roles.OPERATOR);
        Party memory p = _admitted(id);
        if (p.roles & Roles.REGULATOR != 0) revert RegulatorProtected(id);
        p.validUntil = validUntil;
        _parties[id] = packParty(p);
        emit ValidityChanged(id, validUntil);
    }

    /// @inheritdoc IPartyRegistry
    function changeRoles(PartyId id, uint16 roles) external {
        actingParty(_msgSender(), Roles.OPERATOR);
        Party memory p = _admitted(id);
        _requireKnownRoles(roles);
        if ((p.roles ^ roles) & Roles.CONFIRMED != 0) {
            _proposedRoles[id] = roles;
            emit RolesProposed(id, roles);
        } else {
            _setRoles(id, p, roles);
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
    function confirmRoles(PartyId id, uint16 roles) external {
        actingParty(_msgSender(), Roles.REGULATOR);
        if (_proposedRoles[id] == 0) revert NothingProposed(id);
        if (_proposedRoles[id] != roles) revert ProposalDiffers(id);
        delete _proposedRoles[id];
        _setRoles(id, _admitted(id), roles);
    }

    /// @inheritdoc IPartyRegistry
    function confirmKeyRecovery(PartyId id, address newKey) external {
        actingParty(_msgSender(), Roles.REGULATOR);
        if (_proposedKey[id] == address(0)) revert NothingProposed(id);
        if (_proposedKey[id] != newKey) revert ProposalDiffers(id);
        _setKey(id, newKey);
    }

    //------------------------------------------------------------------ the party itself

    /// @inheritdoc IPartyRegistry
    function rotateKey(address newKey) external {
        _setKey(partyOf(_msgSender()), newKey);
    }

    /// @inheritdoc IPartyRegistry
    function consentToSuccession(PartyId predecessor, PartyId successor) external {
        PartyId by = actingParty(_msgSender(), 0);
        Succession storage s = _successions[predecessor];
        if (s.successor == NOBODY) revert NothingProposed(predecessor);
        if (s.successor != successor) revert ProposalDiffers(predecessor);

        bool bySuccessor = by == successor && !s.successorConsents;
        if (bySuccessor) s.successorConsents = true;
        else if (_mayConsentForPredecessor(predecessor, by) && !s.predecessorConsents) s.predecessorConsents = true;
        else revert ConsentNotDue(by);
        emit SuccessionConsented(predecessor, by, bySuccessor);

        if (s.successorConsents && s.predecessorConsents) _succeed(predecessor, successor);
    }

    /// @inheritdoc IPartyRegistry
    function setStandingAcceptance(PartyId sender, bool accepted) external {
        PartyId recipient = actingParty(_msgSender(), Roles.HOLDERS);
        if (sender == NOBODY) {
            Party memory p = _parties[recipient].unpack();
            p.acceptsFromAnyone = accepted;
            _parties[recipient] = packParty(p);
        } else {
            _admitted(sender);
            _standingAcceptance[recipient][sender] = accepted;
        }
        emit StandingAcceptanceChanged(recipient, sender, accepted);
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc IPartyRegistry
    function party(PartyId id) external view returns (Party memory) {
        return _parties[id].unpack();
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
        PartyId next = _parties[id].successor();
        while (next != NOBODY) {
            id = next;
            next = _parties[id].successor();
        }
        return id;
    }

    /// @inheritdoc IPartyRegistry
    function predecessorsOf(PartyId id) external view returns (PartyId[] memory) {
        return _predecessors[id];
    }

    /// @inheritdoc IPartyRegistry
    function requireStanding(PartyId id, uint16 roles) public view {
        _requireStanding(id, _parties[id], roles == 0 ? Roles.ALL : roles);
    }

    /// @inheritdoc IPartyRegistry
    function actingFor(address key, PartyId holder) external view returns (PartyId) {
        PackedParty p = _parties[holder];
        if (p.key() != key) (holder, p) = (partyOf(key), _parties[partyOf(key)]);
        _requireStanding(holder, p, Roles.HOLDERS);
        return holder;
    }

    /// @inheritdoc IPartyRegistry
    function acceptsBeforehand(PartyId recipient, PartyId sender) external view returns (bool accepted, bool standsIn) {
        PackedParty p = _parties[recipient];
        _requireStanding(recipient, p, Roles.HOLDERS);
        return (p.acceptsFromAnyone() || _standingAcceptance[recipient][sender], p.standsIn());
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
        _parties[id] = packParty(
            Party(a.key, a.roles ^ awaiting, a.validUntil, PartyStatus.Active, false, NOBODY, false)
        );
        _partyOfKey[a.key] = id;
        _partyOfIdentifier[identifier] = id;
        uint16 proposed = awaiting == 0 ? 0 : a.roles;
        if (proposed != 0) _proposedRoles[id] = proposed;
        emit PartyAdmitted(id, a.scheme, a.identifier, a.name, a.roles ^ awaiting, proposed, a.validUntil, a.key);
    }

    function _setRoles(PartyId id, Party memory p, uint16 roles) private {
        p.roles = roles;
        _parties[id] = packParty(p);
        emit RolesChanged(id, roles, _proposedRoles[id]);
    }

    function _setKey(PartyId id, address newKey) private {
        Party memory p = _admitted(id);
        _requireFreeKey(newKey);
        address oldKey = p.key;
        _partyOfKey[oldKey] = NOBODY;
        delete _proposedKey[id]; // a recovery that was proposed for the old key is void
        p.key = newKey;
        _parties[id] = packParty(p);
        _partyOfKey[newKey] = id;
        emit KeyRotated(id, oldKey, newKey);
    }

    /// @dev The predecessor's key stops signing: from now on its successor speaks for what it held.
    function _succeed(PartyId predecessor, PartyId successor) private {
        requireStanding(successor, 0);
        Party memory p = _admitted(predecessor);
        delete _successions[predecessor];
        _partyOfKey[p.key] = NOBODY;
        p.key = address(0); // free for another party, which must not be taken for this one
        delete _proposedKey[predecessor];
        delete _proposedRoles[predecessor];
        p.status = PartyStatus.Succeeded;
        p.successor = successor;
        _parties[predecessor] = packParty(p);
        Party memory heir = _admitted(successor);
        heir.standsIn = true;
        _parties[successor] = packParty(heir);
        PartyId[] storage inherited = _predecessors[predecessor];
        for (uint256 i = 0; i < inherited.length; ++i) _predecessors[successor].push(inherited[i]);
        _predecessors[successor].push(predecessor);
        emit PartySucceeded(predecessor, successor);
    }

    function _mayConsentForPredecessor(PartyId predecessor, PartyId by) private view returns (bool) {
        return by == predecessor || _parties[by].roles() & Roles.REGULATOR != 0;
    }

    function _requireStanding(PartyId id, PackedParty p, uint16 roles) private view {
        if (!p.isActive()) {
            if (p.status() == PartyStatus.None) revert PartyUnknown(id);
            if (p.status() == PartyStatus.Suspended) revert PartyIsSuspended(id);
            revert PartyIsSucceeded(id, p.successor());
        }
        if (_today() > p.validUntil()) revert AdmissionExpired(id, p.validUntil(), _today());
        if (p.roles() & roles == 0) revert RoleMissing(id, p.roles(), roles);
    }

    /// @dev A party that was admitted and not succeeded, whatever its standing today.
    function _admitted(PartyId id) private view returns (Party memory p) {
        p = _parties[id].unpack();
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
