// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {PartyStatus} from "../parties/Party.sol";
import {PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {NoteId} from "../receivables/Ids.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {Note, NoteStatus} from "../receivables/Note.sol";
import {IRuleBook, RuleSet} from "../rules/IRuleBook.sol";
import {IConcentration, countedOn, noteKey} from "./IConcentration.sol";

/// @title A financier's exposure, debtor by debtor, against its risk assets; see {IConcentration}
contract Concentration is IConcentration, ERC2771Context {
    /// @dev One slot. `affiliate` is as it was when the first of the units were counted: what is taken off is what was put on.
    struct Counted {
        PartyId financier;
        PartyId debtor;
        bytes3 currency;
        uint64 units;
        bool affiliate;
    }

    uint256 private constant MAX_PARTIES = 100;
    uint256 private constant MAX_NOTES = 100;
    uint256 private constant WHOLE = 10_000; // basis points

    IPartyRegistry private immutable _parties;
    IRuleBook private immutable _rules;
    IReceivableLedger private immutable _ledger;

    mapping(address => bool) private _counters;
    mapping(PartyId financier => mapping(bytes3 currency => uint128)) private _riskAssets;
    mapping(PartyId financier => mapping(PartyId => bool)) private _affiliates;
    mapping(PartyId financier => mapping(bytes32 group => mapping(PartyId => bool))) private _groups;
    mapping(PartyId financier => mapping(PartyId debtor => mapping(bytes3 currency => uint128))) private _exposures;
    mapping(PartyId financier => mapping(bytes3 currency => uint128)) private _affiliateExposures;
    mapping(bytes32 key => Counted) private _counted;
    mapping(NoteId settled => Counted) private _settled; // taken off for a payment

    /// @param counters the contracts of financing, which count, and the one that hears of payments
    constructor(
        address forwarder,
        IPartyRegistry parties,
        IRuleBook rules,
        IReceivableLedger ledger,
        address[] memory counters
    ) ERC2771Context(forwarder) {
        _parties = parties;
        _rules = rules;
        _ledger = ledger;
        for (uint256 i = 0; i < counters.length; ++i) _counters[counters[i]] = true;
    }

    modifier onlyCounter() {
        if (!_counters[msg.sender]) revert NotACounter(msg.sender);
        _;
    }

    //------------------------------------------------------------------ the financier

    /// @inheritdoc IConcentration
    function declareRiskAssets(bytes3 currency, uint128 amount) external {
        PartyId financier = _parties.actingParty(_msgSender(), Roles.FINANCIER);
        _riskAssets[financier][currency] = amount;
        emit RiskAssetsDeclared(financier, currency, amount);
    }

    /// @inheritdoc IConcentration
    function setAffiliates(PartyId[] calldata parties, bool affiliate) external {
        PartyId financier = _nameParties(parties);
        for (uint256 i = 0; i < parties.length; ++i) {
            if (parties[i] == financier) revert IPartyRegistry.SelfReference(financier);
            if (affiliate) _setAffiliate(financier, parties[i], true);
            else _forgetAffiliate(financier, parties[i]);
        }
    }

    /// @inheritdoc IConcentration
    function setGroup(bytes32 group, PartyId[] calldata parties, bool member) external {
        PartyId financier = _nameParties(parties);
        for (uint256 i = 0; i < parties.length; ++i) {
            if (_groups[financier][group][parties[i]] == member) continue;
            _groups[financier][group][parties[i]] = member;
            emit GroupMemberSet(financier, group, parties[i], member);
        }
    }

    //------------------------------------------------------------------ anyone

    /// @inheritdoc IConcentration
    function recount(NoteId[] calldata notes) external {
        if (notes.length > MAX_NOTES) revert IReceivableLedger.TooManyEntries(notes.length, MAX_NOTES);
        for (uint256 i = 0; i < notes.length; ++i) {
            bytes32 key = noteKey(notes[i]);
            Counted memory c = _counted[key];
            if (c.units == 0) continue;
            uint64 stillHeld = _heldBy(c.financier, notes[i]);
            if (stillHeld < c.units) _takeOff(key, c.units - stillHeld);
        }
    }

    //------------------------------------------------------------------ the contracts of financing

    /// @inheritdoc IConcentration
    function count(bytes32 key, PartyId financier, PartyId debtor, bytes3 currency, uint64 units) external onlyCounter {
        requireRoom(financier, debtor, currency, units);
        _count(key, financier, debtor, currency, units);
    }

    /// @inheritdoc IConcentration
    function countAgain(
        bytes32 key,
        PartyId financier,
        PartyId debtor,
        bytes3 currency,
        uint64 units
    ) external onlyCounter {
        _count(key, financier, debtor, currency, units);
    }

    /// @inheritdoc IConcentration
    function uncount(bytes32 key, uint64 units) external onlyCounter {
        _takeOff(key, units);
    }

    /// @inheritdoc IConcentration
    function settle(NoteId note, NoteId settled, uint64 units) external onlyCounter {
        Counted memory c = _takeOff(noteKey(note), units);
        if (c.units > 0) _settled[settled] = c;
    }

    /// @inheritdoc IConcentration
    function restore(NoteId settled) external onlyCounter {
        Counted memory c = _settled[settled];
        if (c.units == 0) return;
        delete _settled[settled];
        _putOn(noteKey(settled), c);
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc IConcentration
    function requireRoom(PartyId financier, PartyId debtor, bytes3 currency, uint64 units) public view {
        (financier, debtor) = (_parties.resolve(financier), _parties.resolve(debtor));
        if (_riskAssets[financier][currency] == 0) revert RiskAssetsUndeclared(financier, currency);
        (uint256 limit, uint256 affiliateLimit) = _limits(financier, currency);
        uint128 stake = exposure(financier, debtor, currency);
        if (uint256(stake) + units > limit) {
            revert DebtorShareExceeded(financier, debtor, currency, limit, stake, units);
        }
        if (!isAffiliate(financier, debtor)) return;
        stake = affiliateExposure(financier, currency);
        if (uint256(stake) + units > affiliateLimit) {
            revert AffiliateShareExceeded(financier, currency, affiliateLimit, stake, units);
        }
    }

    /// @inheritdoc IConcentration
    function room(PartyId financier, PartyId debtor, bytes3 currency) external view returns (uint256 units) {
        (financier, debtor) = (_parties.resolve(financier), _parties.resolve(debtor));
        (uint256 limit, uint256 affiliateLimit) = _limits(financier, currency);
        units = Math.saturatingSub(limit, exposure(financier, debtor, currency));
        if (!isAffiliate(financier, debtor)) return units;
        return Math.min(units, Math.saturatingSub(affiliateLimit, affiliateExposure(financier, currency)));
    }

    /// @inheritdoc IConcentration
    function isMember(PartyId financier, bytes32 group, PartyId party) external view returns (bool) {
        PartyId[] memory names = _numbersOf(party);
        for (uint256 i = 0; i < names.length; ++i) {
            if (_groups[financier][group][names[i]]) return true;
        }
        return false;
    }

    /// @inheritdoc IConcentration
    function isAffiliate(PartyId financier, PartyId party) public view returns (bool) {
        PartyId[] memory financiers = _numbersOf(financier);
        PartyId[] memory names = _numbersOf(party);
        for (uint256 i = 0; i < financiers.length; ++i) {
            for (uint256 j = 0; j < names.length; ++j) {
                if (_affiliates[financiers[i]][names[j]]) return true;
            }
        }
        return false;
    }

    /// @inheritdoc IConcentration
    function riskAssets(PartyId financier, bytes3 currency) external view returns (uint128) {
        return _riskAssets[financier][currency];
    }

    /// @inheritdoc IConcentration
    function exposure(PartyId financier, PartyId debtor, bytes3 currency) public view returns (uint128 sum) {
        PartyId[] memory financiers = _numbersOf(financier);
        PartyId[] memory debtors = _numbersOf(debtor);
        for (uint256 i = 0; i < financiers.length; ++i) {
            for (uint256 j = 0; j < debtors.length; ++j) {
                sum += _exposures[financiers[i]][debtors[j]][currency];
            }
        }
    }

    /// @inheritdoc IConcentration
    function affiliateExposure(PartyId financier, bytes3 currency) public view returns (uint128 sum) {
        PartyId[] memory financiers = _numbersOf(financier);
        for (uint256 i = 0; i < financiers.length; ++i) sum += _affiliateExposures[financiers[i]][currency];
    }

    /// @inheritdoc IConcentration
    function counted(
        bytes32 key
    ) external view returns (PartyId financier, PartyId debtor, bytes3 currency, uint64 units) {
        Counted memory c = _counted[key];
        return (c.financier, c.debtor, c.currency, c.units);
    }

    //------------------------------------------------------------------ internals

    /// @dev Of the rule set of today; nothing where no risk assets are declared.
    function _limits(PartyId financier, bytes3 currency) private view returns (uint256 debtor, uint256 affiliates) {
        uint256 assets = _riskAssets[financier][currency];
        (, RuleSet memory rules) = _rules.ruleSetOn(_rules.today());
        return ((assets * rules.maxDebtorShare) / WHOLE, (assets * rules.maxAffiliateShare) / WHOLE);
    }

    function _nameParties(PartyId[] calldata parties) private view returns (PartyId financier) {
        financier = _parties.actingParty(_msgSender(), Roles.FINANCIER);
        if (parties.length > MAX_PARTIES) revert TooManyParties(parties.length, MAX_PARTIES);
        for (uint256 i = 0; i < parties.length; ++i) {
            if (_parties.party(parties[i]).status == PartyStatus.None) revert IPartyRegistry.PartyUnknown(parties[i]);
        }
    }

    /// @dev Whoever named it: nobody else is left to say that it is none any more.
    function _forgetAffiliate(PartyId financier, PartyId party) private {
        PartyId[] memory financiers = _numbersOf(financier);
        PartyId[] memory names = _numbersOf(party);
        for (uint256 i = 0; i < financiers.length; ++i) {
            for (uint256 j = 0; j < names.length; ++j) _setAffiliate(financiers[i], names[j], false);
        }
    }

    function _setAffiliate(PartyId financier, PartyId party, bool affiliate) private {
        if (_affiliates[financier][party] == affiliate) return;
        _affiliates[financier][party] = affiliate;
        emit AffiliateSet(financier, party, affiliate);
    }

    function _count(bytes32 key, PartyId financier, PartyId debtor, bytes3 currency, uint64 units) private {
        financier = _parties.resolve(financier);
        debtor = _parties.resolve(debtor);
        _putOn(key, Counted(financier, debtor, currency, units, isAffiliate(financier, debtor)));
    }

    /// @dev Adds to what is counted on the key for the same parties, under the numbers it is counted on.
    function _putOn(bytes32 key, Counted memory more) private {
        Counted memory c = _counted[key];
        if (c.units > 0 && !_isSame(c, more)) c = _takeOffAll(key, c);
        if (c.units == 0) c = Counted(more.financier, more.debtor, more.currency, 0, more.affiliate);
        c.units += more.units;
        _counted[key] = c;
        _exposures[c.financier][c.debtor][c.currency] += more.units;
        if (c.affiliate) _affiliateExposures[c.financier][c.currency] += more.units;
        _announce(key, c);
    }

    function _isSame(Counted memory a, Counted memory b) private view returns (bool) {
        return
            a.currency == b.currency &&
            _parties.resolve(a.financier) == _parties.resolve(b.financier) &&
            _parties.resolve(a.debtor) == _parties.resolve(b.debtor);
    }

    function _takeOffAll(bytes32 key, Counted memory c) private returns (Counted memory none) {
        _takeOff(key, c.units);
        return none;
    }

    /// @return taken what was taken off, under the numbers it was counted on
    function _takeOff(bytes32 key, uint64 units) private returns (Counted memory taken) {
        taken = _counted[key];
        if (taken.units == 0 || units == 0) return Counted(taken.financier, taken.debtor, taken.currency, 0, false);
        if (units < taken.units) {
            _counted[key].units = taken.units - units;
            taken.units = units;
        } else {
            delete _counted[key];
        }
        _exposures[taken.financier][taken.debtor][taken.currency] -= taken.units;
        if (taken.affiliate) _affiliateExposures[taken.financier][taken.currency] -= taken.units;
        _announce(key, taken);
    }

    function _announce(bytes32 key, Counted memory c) private {
        (NoteId note, uint64 loan) = countedOn(key);
        emit ExposureChanged(
            c.financier,
            c.debtor,
            c.currency,
            note,
            loan,
            _counted[key].units,
            _exposures[c.financier][c.debtor][c.currency],
            _affiliateExposures[c.financier][c.currency]
        );
    }

    /// @dev Units of the note that the financier, or who stands in its place, still holds.
    function _heldBy(PartyId financier, NoteId id) private view returns (uint64) {
        Note memory n = _ledger.note(id);
        if (n.status != NoteStatus.Held && n.status != NoteStatus.Offered) return 0;
        return _parties.resolve(n.holder) == _parties.resolve(financier) ? n.end - n.start : 0;
    }

    /// @dev The party that stands there today, and those it stands in for.
    function _numbersOf(PartyId party) private view returns (PartyId[] memory numbers) {
        party = _parties.resolve(party);
        PartyId[] memory predecessors =
            _parties.party(party).standsIn ? _parties.predecessorsOf(party) : new PartyId[](0);
        numbers = new PartyId[](predecessors.length + 1);
        numbers[0] = party;
        for (uint256 i = 0; i < predecessors.length; ++i) numbers[i + 1] = predecessors[i];
    }
}
