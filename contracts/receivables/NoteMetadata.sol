// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {Calendar} from "../common/Calendar.sol";
import {PartyId} from "../parties/PartyId.sol";
import {IReceivableLedger} from "./IReceivableLedger.sol";
import {NoteId, PayableId} from "./Ids.sol";
import {Note, NoteStatus} from "./Note.sol";
import {Terms} from "./Payable.sol";

/// @title A note's description for wallets and explorers, made from state alone
contract NoteMetadata {
    using Strings for uint256;

    /// @dev Of the ledger that asks.
    /// @return a `data:` URI of the ERC-721 metadata JSON
    function tokenURI(NoteId id) external view returns (string memory) {
        IReceivableLedger ledger = IReceivableLedger(msg.sender);
        (Note memory n, Terms memory t) = (ledger.note(id), ledger.terms(id.payableOf()));
        string memory json = string.concat(
            '{"name":"Deeptier Note ',
            uint256(PayableId.unwrap(id.payableOf())).toString(),
            "-",
            uint256(id.indexOf()).toString(),
            '","description":"A stretch of a payable: a digital promise to pay at maturity. It moves only on the Deeptier ledger.",',
            '"attributes":[',
            _attributes(n, t),
            "]}"
        );
        return string.concat("data:application/json;base64,", Base64.encode(bytes(json)));
    }

    function _attributes(Note memory n, Terms memory t) private pure returns (string memory) {
        return
            string.concat(
                _text("currency", string(abi.encodePacked(t.currency))),
                _number(",", "amount", n.end - n.start),
                _number(",", "start", n.start),
                _number(",", "end", n.end),
                _number(",", "tier", n.tier),
                _number(",", "obligor", PartyId.unwrap(t.obligor)),
                _number(",", "holder", PartyId.unwrap(n.holder)),
                ",",
                _text("maturity", _isoDate(t)),
                ",",
                _text("status", n.status == NoteStatus.Offered ? "offered" : "held")
            );
    }

    function _text(string memory trait, string memory value) private pure returns (string memory) {
        return string.concat('{"trait_type":"', trait, '","value":"', value, '"}');
    }

    function _number(string memory before, string memory trait, uint256 value) private pure returns (string memory) {
        return string.concat(before, '{"trait_type":"', trait, '","value":"', value.toString(), '"}');
    }

    function _isoDate(Terms memory t) private pure returns (string memory) {
        (uint256 year, uint256 month, uint256 date) = Calendar.toCivil(t.maturity);
        return
            string.concat(
                year.toString(),
                month < 10 ? "-0" : "-",
                month.toString(),
                date < 10 ? "-0" : "-",
                date.toString()
            );
    }
}
