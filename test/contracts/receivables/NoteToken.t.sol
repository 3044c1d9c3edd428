// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {NoteToken, IERC5192} from "../../../contracts/receivables/NoteToken.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract NoteTokenTest is LedgerFixture {
    IERC721Metadata internal token;
    NoteId internal first;

    function setUp() public override {
        super.setUp();
        token = IERC721Metadata(address(ledger));
        first = held(100_000);
    }

    function _id(NoteId note) private pure returns (uint256) {
        return NoteId.unwrap(note);
    }

    function test_ALiveNoteIsATokenOfItsHoldersAccount() public {
        vm.assertEq(token.ownerOf(_id(first)), supplier1.account(), "the holder's account");
        vm.assertEq(token.balanceOf(supplier1.account()), 1, "one note");
        NoteId offered = offer(supplier1, first, supplier2, 1_000);
        vm.assertEq(token.ownerOf(_id(offered)), supplier1.account(), "an offered note is still the offeror's");
        accept(supplier2, offered);
        vm.assertEq(token.ownerOf(_id(offered)), supplier2.account(), "an accepted one is the recipient's");
        vm.assertEq(token.balanceOf(supplier2.account()), 1, "and counts there");
        vm.assertEq(token.balanceOf(address(1)), 0, "a stranger has none");
    }

    function test_ANoteThatIsGoneIsNoToken() public {
        give(supplier1, first, supplier2, 100_000);
        uint256[3] memory gone = [_id(first), 12345, type(uint256).max];
        for (uint256 i = 0; i < gone.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, gone[i]);
            assertRefused(auditor, address(token), abi.encodeCall(token.ownerOf, (gone[i])), reason, "ownerOf");
            assertRefused(auditor, address(token), abi.encodeCall(token.getApproved, (gone[i])), reason, "getApproved");
            assertRefused(auditor, address(token), abi.encodeCall(token.tokenURI, (gone[i])), reason, "tokenURI");
            assertRefused(auditor, address(token), abi.encodeCall(IERC5192.locked, (gone[i])), reason, "locked");
        }
        assertRefused(
            auditor,
            address(token),
            abi.encodeCall(token.balanceOf, (address(0))),
            abi.encodeWithSelector(IERC721Errors.ERC721InvalidOwner.selector, address(0)),
            "nobody's balance"
        );
    }

    function test_NoErc721FunctionMovesANote() public {
        address from = supplier1.account();
        bytes memory reason = abi.encodeWithSelector(NoteToken.NoteIsLocked.selector, first);
        bytes[4] memory calls = [
            abi.encodeCall(token.approve, (keyOf(supplier2), _id(first))),
            abi.encodeCall(token.transferFrom, (from, keyOf(supplier2), _id(first))),
            abi.encodeWithSignature("safeTransferFrom(address,address,uint256)", from, from, _id(first)),
            abi.encodeWithSignature("safeTransferFrom(address,address,uint256,bytes)", from, from, _id(first), "")
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            assertRefused(supplier1, address(token), calls[i], reason, "even by the holder's own key");
            assertRefused(from, address(token), calls[i], reason, "even by the holder's account");
        }
        assertRefused(
            supplier1,
            address(token),
            abi.encodeCall(token.setApprovalForAll, (keyOf(supplier2), true)),
            abi.encodeWithSelector(NoteToken.NoteIsLocked.selector, NoteId.wrap(0)),
            "no operator is approved"
        );
        vm.assertTrue(IERC5192(address(ledger)).locked(_id(first)), "and it says so");
        vm.assertEq(token.getApproved(_id(first)), address(0), "nobody is approved");
        vm.assertTrue(!token.isApprovedForAll(from, keyOf(operator)), "nobody for all");
    }

    function test_ItNamesItsInterfaces() public view {
        vm.assertTrue(token.supportsInterface(type(IERC165).interfaceId), "ERC-165");
        vm.assertTrue(token.supportsInterface(type(IERC721).interfaceId), "ERC-721");
        vm.assertTrue(token.supportsInterface(type(IERC721Metadata).interfaceId), "ERC-721 metadata");
        vm.assertTrue(token.supportsInterface(0xb45a3c0e), "ERC-5192");
        vm.assertTrue(!token.supportsInterface(0xffffffff), "not what no contract supports");
        vm.assertEq(token.name(), "Deeptier Note", "name");
        vm.assertEq(token.symbol(), "DTN", "symbol");
    }

    function test_ItsDescriptionIsMadeOfState() public view {
        string memory json = string.concat(
            '{"name":"Deeptier Note 1-1","description":"A stretch of a payable: a digital promise to pay at maturity. ',
            'It moves only on the Deeptier ledger.","attributes":[{"trait_type":"currency","value":"CNY"},',
            '{"trait_type":"amount","value":"100000"},{"trait_type":"start","value":"0"},',
            '{"trait_type":"end","value":"100000"},{"trait_type":"tier","value":"1"},{"trait_type":"obligor","value":"4"},',
            '{"trait_type":"holder","value":"6"},{"trait_type":"maturity","value":"2027-02-26"},',
            '{"trait_type":"status","value":"held"}]}'
        );
        vm.assertEq(
            token.tokenURI(_id(first)),
            string.concat("data:application/json;base64,", Base64.encode(bytes(json))),
            "its description"
        );
    }
}
