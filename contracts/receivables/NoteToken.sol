// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {PartyId, NOBODY, partyOfAccount} from "../parties/PartyId.sol";
import {NoteId} from "./Ids.sol";

/// @notice ERC-5192, a token that says whether it is bound to its account.
interface IERC5192 {
    event Locked(uint256 tokenId);
    event Unlocked(uint256 tokenId);

    function locked(uint256 tokenId) external view returns (bool);
}

/// @title Notes as ERC-721 tokens that are locked in the sense of ERC-5192
/// @notice Wallets and explorers can read every note; only the ledger's own functions move one. An owner is a party's account
/// address, which never changes. A note is a token while it is live: offered or held. It is locked from the first and for good,
/// which {locked} says; no event repeats it for every note.
abstract contract NoteToken is IERC721, IERC721Metadata, IERC721Errors, IERC5192 {
    /// @notice Note {note} moves only by the ledger's own functions.
    error NoteIsLocked(NoteId note);

    function name() external pure returns (string memory) {
        return "Deeptier Note";
    }

    function symbol() external pure returns (string memory) {
        return "DTN";
    }

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return
            id == type(IERC165).interfaceId ||
            id == type(IERC721).interfaceId ||
            id == type(IERC721Metadata).interfaceId ||
            id == type(IERC5192).interfaceId;
    }

    function ownerOf(uint256 tokenId) public view returns (address) {
        PartyId holder = _liveHolder(tokenId);
        if (holder == NOBODY) revert ERC721NonexistentToken(tokenId);
        return holder.account();
    }

    /// @dev Counts on demand, over the whole ledger: for wallets and explorers to read, too costly for a contract to call.
    function balanceOf(address owner) external view returns (uint256) {
        if (owner == address(0)) revert ERC721InvalidOwner(owner);
        PartyId holder = partyOfAccount(owner);
        return holder == NOBODY ? 0 : _liveNotesOf(holder);
    }

    function locked(uint256 tokenId) external view returns (bool) {
        ownerOf(tokenId);
        return true;
    }

    function getApproved(uint256 tokenId) external view returns (address) {
        ownerOf(tokenId);
        return address(0);
    }

    function isApprovedForAll(address, address) external pure returns (bool) {
        return false;
    }

    function approve(address, uint256 tokenId) external pure {
        revert NoteIsLocked(NoteId.wrap(uint64(tokenId)));
    }

    function setApprovalForAll(address, bool) external pure {
        revert NoteIsLocked(NoteId.wrap(0));
    }

    function transferFrom(address, address, uint256 tokenId) external pure {
        revert NoteIsLocked(NoteId.wrap(uint64(tokenId)));
    }

    function safeTransferFrom(address, address, uint256 tokenId) external pure {
        revert NoteIsLocked(NoteId.wrap(uint64(tokenId)));
    }

    function safeTransferFrom(address, address, uint256 tokenId, bytes calldata) external pure {
        revert NoteIsLocked(NoteId.wrap(uint64(tokenId)));
    }

    //------------------------------------------------------------------ internals

    function _announceMint(NoteId id, PartyId holder) internal {
        emit Transfer(address(0), holder.account(), NoteId.unwrap(id));
    }

    function _announceMove(NoteId id, PartyId from, PartyId to) internal {
        emit Transfer(from.account(), to.account(), NoteId.unwrap(id));
    }

    function _announceBurn(NoteId id, PartyId holder) internal {
        emit Transfer(holder.account(), address(0), NoteId.unwrap(id));
    }

    /// @return the holder of a live note, or `NOBODY`
    function _liveHolder(uint256 tokenId) internal view virtual returns (PartyId);

    function _liveNotesOf(PartyId holder) internal view virtual returns (uint256);
}
