// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DocumentUse} from "../../../contracts/documents/IDocumentRegistry.sol";
import {PartyStatus} from "../../../contracts/parties/Party.sol";
import {NOBODY, PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {Note, NoteStatus} from "../../../contracts/receivables/Note.sol";
import {Terms} from "../../../contracts/receivables/Payable.sol";
import {RuleSet} from "../../../contracts/rules/IRuleBook.sol";
import {FinancingHops} from "../receivables/FinancingHops.sol";

/// @title What the ledger ought to be, kept beside it: the record that random actions are checked against
/// @dev An action never reverts: what the ledger refuses changes no record, what it must not have done is a violation.
abstract contract LedgerModel is FinancingHops {
    uint256 internal constant MAX_PAYABLES = 10;
    uint256 internal constant MAX_NOTES = 40;

    struct Frozen {
        uint64 units;
        uint40 expiresAt;
        uint64 settledSince;
    }

    /// @param cutSince units that were paid, and cut off for it
    struct Pledged {
        uint64 units;
        uint64 cutSince;
        PartyId beneficiary;
    }

    /// @notice The first thing that happened and must not; empty as long as all is well.
    string public violation;

    /// @notice How often each action went through.
    mapping(string action => uint256) public successes;

    PartyId[] internal holders;
    PartyId[] internal obligors;
    address[] internal deployment; // every contract of it, but the ERC-20s of the cash book
    bytes32[] internal fingerprints;

    mapping(PartyId obligor => uint256) internal owes;
    mapping(PayableId => bytes32) internal termsAtIssue;
    mapping(PayableId => uint24) internal notesSeen;
    mapping(PayableId => uint256) internal everPaid;
    mapping(PayableId => uint256) internal everReturnedPayments;
    mapping(NoteId => PartyId) internal holderOf;
    mapping(NoteId => Frozen) internal frozen;
    mapping(NoteId => Pledged) internal pledged;
    mapping(NoteId => bool) internal isFinancingHop; // whether the last hop on its walk was an assignment
    mapping(bytes32 fingerprint => uint256) internal used;
    mapping(PartyId recipient => mapping(PartyId from => bool)) internal accepts;
    uint256 internal minted;
    uint256 internal redeemed;
    uint256 internal successions;
    uint256 internal suspensions;

    function genesis() internal view virtual override returns (RuleSet memory r) {
        r = super.genesis();
        (r.maxTier, r.maxChildren, r.minNote) = (5, 100, 1);
    }

    function setUp() public virtual override {
        super.setUp();
        for (uint64 nonce = 1; nonce < vm.getNonce(address(this)); ++nonce) {
            deployment.push(vm.computeCreateAddress(address(this), nonce));
        }
        holders = [supplier1, supplier2, supplier3, supplier4, financier, otherFinancier, otherObligor, obligor];
        obligors = [obligor, otherObligor];
        setLimit(obligor, CNY, 30_000);
        setLimit(otherObligor, CNY, 30_000);
    }

    /// @dev In days, of what is issued.
    function _longestTerm() internal view virtual returns (uint24) {
        return 20;
    }

    //------------------------------------------------------------------ acting

    /// @dev Calls as the party that stands in `party`'s place.
    function _as(PartyId party, address target, bytes memory data) internal returns (bool done, bytes memory returned) {
        vm.prank(keyOf(parties.resolve(party)));
        return target.call(data);
    }

    function _count(bool done, string memory action) internal returns (bool) {
        if (done) ++successes[action];
        return done;
    }

    function _require(bool condition, string memory message) internal {
        if (!condition && bytes(violation).length == 0) violation = message;
    }

    //------------------------------------------------------------------ choosing

    function _next(uint256 seed) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    function _pick(PartyId[] storage from, uint256 seed) internal view returns (PartyId) {
        return from[seed % from.length];
    }

    /// @dev A note with one of these statuses, if there is one: the first after a random one.
    function _pickNote(uint256 seed, uint256 statuses) internal view returns (bool found, NoteId id, Note memory n) {
        uint40 count = ledger.payableCount();
        for (uint40 p = 0; p < count; ++p) {
            PayableId payableId = PayableId.wrap(uint40(((seed % count) + p) % count) + 1);
            uint24 notes = ledger.terms(payableId).noteCount;
            for (uint24 i = 0; i < notes; ++i) {
                id = noteId(payableId, uint24(((seed >> 64) + i) % notes) + 1);
                n = ledger.note(id);
                if (statuses & (1 << uint256(n.status)) != 0) return (true, id, n);
            }
        }
        return (false, id, n);
    }

    function _is(NoteStatus status) internal pure returns (uint256) {
        return 1 << uint256(status);
    }

    /// @dev The live notes of a payable in ascending order, and their units.
    function _live(PayableId payableId) internal view returns (NoteId[] memory ids, uint64[] memory units) {
        uint24 count = ledger.terms(payableId).noteCount;
        (ids, units) = (new NoteId[](count), new uint64[](count));
        uint256 found;
        for (uint24 i = 1; i <= count; ++i) {
            Note memory n = ledger.note(noteId(payableId, i));
            if (n.status != NoteStatus.Held && n.status != NoteStatus.Offered) continue;
            (ids[found], units[found]) = (noteId(payableId, i), n.end - n.start);
            ++found;
        }
        assembly ("memory-safe") {
            mstore(ids, found)
            mstore(units, found)
        }
    }

    //------------------------------------------------------------------ recording

    function _termsHash(PayableId id) internal view returns (bytes32) {
        Terms memory t = ledger.terms(id);
        return keccak256(abi.encode(t.obligor, t.currency, t.face, t.maturity, t.ruleSet, t.maxTier, t.minNote));
    }

    /// @dev New notes of the payable since the last look.
    function _recordPieces(PayableId id, PartyId holder, bool byFinancing) internal {
        uint24 count = ledger.terms(id).noteCount;
        for (uint24 i = notesSeen[id] + 1; i <= count; ++i) {
            holderOf[noteId(id, i)] = holder;
            isFinancingHop[noteId(id, i)] = byFinancing;
        }
        notesSeen[id] = count;
    }

    function _recordVoidIssue(PayableId id) internal {
        owes[ledger.terms(id).obligor] -= ledger.terms(id).face;
        DocumentUse[] memory documentUses = ledger.documentsOf(id);
        for (uint256 i = 0; i < documentUses.length; ++i) used[documentUses[i].fingerprint] -= documentUses[i].amount;
    }

    function _mint(PartyId to, uint256 amount) internal returns (bool done) {
        (done, ) = _as(bank, address(cashBook), abi.encodeCall(cashBook.mint, (CNY, to, amount, "")));
        if (done) minted += amount;
    }

    function _isSuspended(PartyId party) internal view returns (bool) {
        return parties.party(party).status == PartyStatus.Suspended;
    }

    function _isFrozenInForce(NoteId id) internal view returns (bool) {
        return frozen[id].units > 0 && block.timestamp < frozen[id].expiresAt;
    }

    function _isObligorOf(PayableId id, PartyId party) internal view returns (bool) {
        return parties.resolve(ledger.terms(id).obligor) == parties.resolve(party);
    }

    function _acceptsBeforehand(PartyId recipient, PartyId from) internal view returns (bool) {
        return accepts[recipient][NOBODY] || accepts[recipient][from];
    }
}
