// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {PayableId} from "../receivables/Ids.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";

enum GrantScope {
    Payable, // one payable and everything below it
    Party, // what a party holds and owes, and the paths above its notes
    All
}

/// @param grantor who gave it
/// @param auditor who may look
/// @param scope how far
/// @param subject the payable's or the party's number; 0 for all
/// @param expiresAt Unix seconds
/// @param revoked whether it was taken back
struct Grant {
    PartyId grantor;
    PartyId auditor;
    GrantScope scope;
    uint40 subject;
    uint40 expiresAt;
    bool revoked;
}

/// @title Who lets an auditor look, at what, until when
/// @notice A grant opens the gateways' records to an auditor; it moves nothing. What an auditor then looks at, its gateway
/// logs.
contract AccessGrants is ERC2771Context {
    event AccessGranted(
        uint64 indexed grantId,
        PartyId indexed grantor,
        PartyId indexed auditor,
        GrantScope scope,
        uint40 subject,
        uint40 expiresAt,
        string purpose
    );
    event AccessRevoked(uint64 indexed grantId, PartyId indexed by);

    /// @notice Party {caller} may not open {scope} {subject} to an auditor.
    error GrantNotAllowed(PartyId caller, GrantScope scope, uint40 subject);
    /// @notice The grant would expire at {expiresAt}, which is in the past.
    error GrantAlreadyExpired(uint40 expiresAt);
    /// @notice A grant needs a purpose.
    error GrantPurposeMissing();
    /// @notice There is no grant {grantId}, or it was revoked.
    error GrantUnknown(uint64 grantId);

    IPartyRegistry private immutable _parties;
    IReceivableLedger private immutable _ledger;

    uint64 private _count;
    mapping(uint64 grantId => Grant) private _grants;

    constructor(address forwarder, IPartyRegistry parties, IReceivableLedger ledger) ERC2771Context(forwarder) {
        _parties = parties;
        _ledger = ledger;
    }

    /// @notice Lets an auditor look. A payable's obligor opens its payable, a party opens what is its own, a regulator opens
    /// anything.
    function grant(
        PartyId auditor,
        GrantScope scope,
        uint40 subject,
        uint40 expiresAt,
        string calldata purpose
    ) external returns (uint64 grantId) {
        PartyId caller = _parties.actingParty(_msgSender(), 0);
        if (!_mayGrant(caller, scope, subject)) revert GrantNotAllowed(caller, scope, subject);
        _parties.requireStanding(auditor, Roles.AUDITOR);
        if (expiresAt <= block.timestamp) revert GrantAlreadyExpired(expiresAt);
        if (bytes(purpose).length == 0) revert GrantPurposeMissing();

        grantId = ++_count;
        _grants[grantId] = Grant(caller, auditor, scope, subject, expiresAt, false);
        emit AccessGranted(grantId, caller, auditor, scope, subject, expiresAt, purpose);
    }

    /// @notice Takes a grant back. Who gave it, or a regulator.
    function revoke(uint64 grantId) external {
        PartyId caller = _parties.actingParty(_msgSender(), 0);
        Grant storage g = _grants[grantId];
        if (g.expiresAt == 0 || g.revoked) revert GrantUnknown(grantId);
        if (_parties.resolve(g.grantor) != caller && !_isRegulator(caller)) {
            revert GrantNotAllowed(caller, g.scope, g.subject);
        }
        g.revoked = true;
        emit AccessRevoked(grantId, caller);
    }

    function grantOf(uint64 grantId) external view returns (Grant memory) {
        return _grants[grantId];
    }

    //------------------------------------------------------------------ internals

    function _mayGrant(PartyId caller, GrantScope scope, uint40 subject) private view returns (bool) {
        if (_isRegulator(caller)) return true;
        if (scope == GrantScope.Party) return subject <= type(uint32).max && PartyId.wrap(uint32(subject)) == caller;
        if (scope == GrantScope.Payable) {
            return _parties.resolve(_ledger.terms(PayableId.wrap(subject)).obligor) == caller;
        }
        return false;
    }

    function _isRegulator(PartyId id) private view returns (bool) {
        return _parties.party(id).roles & Roles.REGULATOR != 0;
    }
}
