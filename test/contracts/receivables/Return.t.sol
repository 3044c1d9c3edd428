// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId, noteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {Note, NoteStatus} from "../../../contracts/receivables/Note.sol";
import {PayableStatus} from "../../../contracts/receivables/Payable.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract ReturnTest is LedgerFixture {
    uint64 internal constant FACE = 100_000_00;

    NoteId internal first;

    function setUp() public override {
        super.setUp();
        first = held(FACE);
    }

    function _returns(PartyId by, NoteId note, uint64 amount) private {
        vm.prank(keyOf(by));
        ledger.returnToObligor(note, amount, "return");
    }

    function _refuses(PartyId by, NoteId note, uint64 amount, bytes memory reason, string memory message) private {
        assertRefused(by, address(ledger), abi.encodeCall(ledger.returnToObligor, (note, amount, "")), reason, message);
    }

    function test_AReturnExtinguishesUnitsAndFreesTheLimit() public {
        _returns(supplier1, first, 30_000_00);
        Note memory n = ledger.note(noteId(first.payableOf(), 2));
        vm.assertTrue(n.status == NoteStatus.Void, "the piece is void");
        vm.assertEq(n.start, 70_000_00, "cut from the tail");
        vm.assertEq(n.tier, 1, "beside the note");
        vm.assertEq(unitsOf(first), 70_000_00, "the rest stays");
        vm.assertEq(ledger.liveUnits(first.payableOf()), 70_000_00, "and is owed");
        vm.assertEq(outstanding(obligor), 70_000_00, "the limit is free");
        bytes32 fingerprint = ledger.documentsOf(first.payableOf())[0].fingerprint;
        vm.assertEq(documents.residual(fingerprint), 0, "the document stays used: its payable was accepted");
    }

    function test_AReturnOfEverythingEndsThePayable() public {
        _returns(supplier1, first, FACE);
        vm.assertTrue(ledger.terms(first.payableOf()).status == PayableStatus.Void, "void");
        vm.assertTrue(ledger.note(first).status == NoteStatus.Void, "the note itself is void");
        vm.assertEq(outstanding(obligor), 0, "nothing is owed");
        warpTo(plus(maturity, 10));
        vm.assertTrue(!ledger.isOverdue(first.payableOf()), "it is never overdue");
    }

    function test_OnlyTheHolderReturns() public {
        PartyId[3] memory others = [obligor, supplier2, financier];
        for (uint256 i = 0; i < others.length; ++i) {
            _refuses(
                others[i],
                first,
                100,
                abi.encodeWithSelector(IReceivableLedger.NotTheHolder.selector, first, supplier1, others[i]),
                "another's note"
            );
        }
    }

    function test_AReturnIsOfSomethingAndOfNoMoreThanThereIs() public {
        _refuses(supplier1, first, 0, abi.encodeWithSelector(IReceivableLedger.AmountZero.selector), "nothing");
        _refuses(
            supplier1,
            first,
            FACE + 1,
            abi.encodeWithSelector(IReceivableLedger.AmountExceedsNote.selector, first, FACE, FACE + 1),
            "too much"
        );
        _refuses(
            supplier1,
            first,
            FACE - 1,
            abi.encodeWithSelector(IReceivableLedger.NoteTooSmall.selector, uint16(1), uint64(1), uint32(100)),
            "a rest of one fen"
        );
    }

    function test_WhatIsGoneCannotBeReturned() public {
        NoteId second = give(supplier1, first, supplier2, 1_000);
        _returns(supplier2, second, 1_000);
        _refuses(
            supplier2,
            second,
            100,
            abi.encodeWithSelector(IReceivableLedger.NoteNotHeld.selector, second, NoteStatus.Void),
            "twice"
        );
        NoteId offered = offer(supplier1, first, supplier2, 1_000);
        _refuses(
            supplier1,
            offered,
            100,
            abi.encodeWithSelector(IReceivableLedger.NoteNotHeld.selector, offered, NoteStatus.Offered),
            "while it is offered"
        );
    }

    function test_AfterMaturityNothingIsReturned() public {
        warpTo(maturity);
        _refuses(
            supplier1,
            first,
            100,
            abi.encodeWithSelector(IReceivableLedger.NoteMatured.selector, first.payableOf(), maturity),
            "at maturity"
        );
    }

    function test_AFrozenUnitIsNotReturned() public {
        freeze(first, FACE - 1_000);
        _refuses(
            supplier1,
            first,
            1_001,
            abi.encodeWithSelector(
                IReceivableLedger.NoteUnderHold.selector,
                first,
                FACE - 1_000,
                uint40(block.timestamp + 30 days),
                bytes32("court order")
            ),
            "one of the frozen units"
        );
        _returns(supplier1, first, 1_000);
    }
}
