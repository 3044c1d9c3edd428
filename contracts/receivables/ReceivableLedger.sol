// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {DaySet} from "../common/DaySet.sol";
import {Hold} from "../common/Holds.sol";
import {DocumentUse, IDocumentRegistry} from "../documents/IDocumentRegistry.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../parties/PartyId.sol";
import {IRuleBook} from "../rules/IRuleBook.sol";
import {Financed} from "./Financed.sol";
import {Freezing} from "./Freezing.sol";
import {NoteId, PayableId, noteId} from "./Ids.sol";
import {IReceivableLedger, Offer} from "./IReceivableLedger.sol";
import {Note, PackedNote} from "./Note.sol";
import {NoteMetadata} from "./NoteMetadata.sol";
import {PayableStatus, Progress, Terms} from "./Payable.sol";
import {Promises} from "./Promises.sol";
import {ReceivableStore} from "./ReceivableStore.sol";
import {Settling} from "./Settling.sol";
import {Transfers} from "./Transfers.sol";

/// @title Payables and their notes; see {IReceivableLedger}
/// @notice Immutable and unowned: no key of the operator's moves a note.
contract ReceivableLedger is Promises, Transfers, Settling, Freezing, Financed {
    using DaySet for DaySet.Days;

    NoteMetadata private immutable _metadata;

    constructor(
        address forwarder,
        IPartyRegistry parties,
        IRuleBook rules,
        IDocumentRegistry documents,
        address issuance,
        address settlement,
        address[] memory financing,
        NoteMetadata metadata
    )
        ReceivableStore(forwarder, parties, rules, documents)
        Promises(issuance)
        Settling(settlement)
        Financed(financing)
    {
        _metadata = metadata;
    }

    //------------------------------------------------------------------ notes

    /// @inheritdoc IReceivableLedger
    function note(NoteId id) external view returns (Note memory) {
        return _notes[id].unpack();
    }

    /// @inheritdoc IReceivableLedger
    function offer(NoteId id) external view returns (Offer memory) {
        return _offers[id];
    }

    /// @inheritdoc IReceivableLedger
    function holdOn(NoteId id) external view returns (Hold memory) {
        return _holdOn(id);
    }

    /// @inheritdoc IERC721Metadata
    function tokenURI(uint256 tokenId) external view returns (string memory) {
        ownerOf(tokenId);
        return _metadata.tokenURI(NoteId.wrap(uint64(tokenId)));
    }

    //------------------------------------------------------------------ payables

    /// @inheritdoc IReceivableLedger
    function terms(PayableId id) external view returns (Terms memory) {
        return _terms[id].unpack();
    }

    /// @inheritdoc IReceivableLedger
    function progress(PayableId id) external view returns (Progress memory) {
        return _progress[id];
    }

    /// @inheritdoc IReceivableLedger
    function liveUnits(PayableId id) public view returns (uint64) {
        return _terms[id].face() - _progress[id].settled - _progress[id].voided;
    }

    /// @inheritdoc IReceivableLedger
    function isOverdue(PayableId id) external view returns (bool) {
        return _terms[id].status() == PayableStatus.Active && _today() > _progress[id].dueDate;
    }

    /// @inheritdoc IReceivableLedger
    function documentsOf(PayableId id) external view returns (DocumentUse[] memory) {
        return _documentsOf[id];
    }

    /// @inheritdoc IReceivableLedger
    function payableCount() external view returns (uint40) {
        return _payableCount;
    }

    /// @inheritdoc IReceivableLedger
    function outstanding(PartyId obligor, bytes3 currency) external view returns (uint128) {
        return _outstanding[obligor][currency];
    }

    /// @inheritdoc IReceivableLedger
    function dueBefore(PartyId obligor, Day day) external view returns (bool found, Day dueDate) {
        return _owedOn[obligor].earliestBefore(day);
    }

    //------------------------------------------------------------------ internals

    /// @dev A number beyond a note's is no note's.
    function _liveHolder(uint256 tokenId) internal view override returns (PartyId) {
        if (tokenId > type(uint64).max) return NOBODY;
        PackedNote n = _notes[NoteId.wrap(uint64(tokenId))];
        return n.isLive() ? n.holder() : NOBODY;
    }

    function _liveNotesOf(PartyId holder) internal view override returns (uint256 count) {
        for (uint40 p = 1; p <= _payableCount; ++p) {
            PayableId id = PayableId.wrap(p);
            uint24 notes = _terms[id].noteCount();
            for (uint24 i = 1; i <= notes; ++i) {
                if (_liveHolder(NoteId.unwrap(noteId(id, i))) == holder) ++count;
            }
        }
    }
}
