// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../../../contracts/common/Calendar.sol";
import {DocumentUse} from "../../../contracts/documents/IDocumentRegistry.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {IssueOrder} from "../../../contracts/receivables/IIssuance.sol";
import {DayKind, RuleSet} from "../../../contracts/rules/IRuleBook.sol";
import {CashPurpose, CashReason} from "../../../contracts/settlement/ICashBook.sol";
import {Cut, PaymentOrder} from "../../../contracts/settlement/ISettlement.sol";
import {LedgerFixture} from "../LedgerFixture.sol";
import {Test} from "../common/Test.sol";
import {FuzzSelector} from "./LedgerInvariants.t.sol";

/// @title An operator gone bad, with every key of its own: its own, and those of the parties it admits
contract BadOperator is LedgerFixture {
    PayableId[] internal ids;
    PartyId[] internal shams;
    bytes32 internal before;
    uint32 internal honest;
    uint256 public successes;

    function setUp() public override {
        super.setUp();
        ids.push(held(100_000).payableOf());
        NoteId second = give(supplier1, noteId(ids[0], 1), supplier2, 40_000);
        give(supplier2, second, supplier3, 10_000);
        offer(supplier1, noteId(ids[0], 1), supplier4, 5_000);
        ids.push(issue(otherObligor, supplier2, 50_000)); // waits to be accepted
        mint(supplier1, 7_000);
        mint(obligor, 9_000);
        honest = parties.partyCount();
        before = state();
    }

    /// @notice Who holds what and who owes what, of everything that was there before the operator went bad.
    function state() public view returns (bytes32 hash) {
        for (uint256 p = 0; p < ids.length; ++p) {
            hash = keccak256(abi.encode(hash, ledger.terms(ids[p]), ledger.progress(ids[p])));
            for (uint24 i = 1; i <= ledger.terms(ids[p]).noteCount; ++i) {
                hash = keccak256(abi.encode(hash, ledger.note(noteId(ids[p], i)), ledger.offer(noteId(ids[p], i))));
            }
        }
        for (uint32 i = 1; i <= honest; ++i) hash = keccak256(abi.encode(hash, balanceOf(PartyId.wrap(i))));
        hash = keccak256(abi.encode(hash, cash.totalSupply(), outstanding(obligor), outstanding(otherObligor)));
    }

    function untouched() external view returns (bool) {
        return state() == before;
    }

    //------------------------------------------------------------------ what it can try

    function _own(uint256 seed) private view returns (PartyId) {
        return shams.length == 0 || seed % 3 == 0 ? operator : shams[seed % shams.length];
    }

    function _any(uint256 seed) private view returns (PartyId) {
        return PartyId.wrap(uint32(seed % parties.partyCount()) + 1);
    }

    function _try(PartyId by, address target, bytes memory data) private {
        vm.prank(keyOf(by));
        (bool done, ) = target.call(data);
        if (done) ++successes;
    }

    function _note(uint256 seed) private view returns (NoteId) {
        PayableId id = ids[seed % ids.length];
        return noteId(id, uint24((seed >> 32) % ledger.terms(id).noteCount) + 1);
    }

    function admitSham(uint256 seed) external {
        uint256 secret = freshKey();
        uint32 count = parties.partyCount();
        uint16 roles = uint16(seed >> 16) & 0x7ff;
        if (seed % 2 == 0) roles = uint16(1) << uint16(seed % 11);
        bytes memory data = abi.encodeCall(parties.admit, (admission(vm.toString(secret), roles, vm.addr(secret))));
        _try(operator, address(parties), data);
        if (parties.partyCount() == count) return;
        shams.push(PartyId.wrap(count + 1));
        secretOf[PartyId.wrap(count + 1)] = secret;
    }

    function changeParties(uint256 seed) external {
        PartyId party = _any(seed >> 32);
        if (party == operator) return; // it would only lock itself out
        bytes[4] memory calls = [
            abi.encodeCall(parties.suspend, (party, "")),
            abi.encodeCall(parties.readmit, (party)),
            abi.encodeCall(parties.changeValidity, (party, Day.wrap(uint24(seed >> 64)))),
            abi.encodeCall(parties.changeRoles, (party, uint16(seed >> 64) & 0x7ff))
        ];
        _try(operator, address(parties), calls[seed % 4]);
        _try(_own(seed >> 96), address(parties), calls[seed % 4]);
    }

    function takeOver(uint256 seed) external {
        (PartyId victim, PartyId sham, PartyId by) = (_any(seed >> 32), _own(seed >> 64), _own(seed >> 96));
        if (victim == operator) return; // it would only give itself up
        uint256 secret = freshKey();
        address key = vm.addr(secret);
        _try(operator, address(parties), abi.encodeCall(parties.proposeKeyRecovery, (victim, key, "")));
        _try(by, address(parties), abi.encodeCall(parties.confirmKeyRecovery, (victim, key)));
        if (parties.party(victim).key == key) {
            secretOf[victim] = secret; // it would now speak for its victim
            shams.push(victim);
        }
        _try(operator, address(parties), abi.encodeCall(parties.proposeSuccession, (victim, sham, "")));
        _try(sham, address(parties), abi.encodeCall(parties.consentToSuccession, (victim, sham)));
        _try(by, address(parties), abi.encodeCall(parties.consentToSuccession, (victim, sham)));
        _try(by, address(parties), abi.encodeCall(parties.confirmRoles, (sham, uint16(seed >> 128) & 0x7ff)));
        _try(sham, address(cashBook), abi.encodeCall(cashBook.inherit, (CNY, victim)));
    }

    function changeRules(uint256 seed) external {
        RuleSet memory r = genesis();
        r.effectiveFrom = plus(rules.today(), uint24(seed % 5));
        (r.maxTermMonths, r.maxTier, r.maxChildren, r.offerWindowDays, r.minNote) = (12, 200, 1_000, 90, 1);
        _try(operator, address(rules), abi.encodeCall(rules.publish, (r)));
        Day[] memory dates = new Day[](1);
        dates[0] = plus(rules.today(), uint24(seed >> 32) % 400);
        _try(operator, address(rules), abi.encodeCall(rules.setCalendarDays, (dates, DayKind(seed % 3))));
        _try(
            operator,
            address(issuance),
            abi.encodeCall(issuance.setLimit, (_any(seed >> 64), CNY, uint128(seed >> 128)))
        );
    }

    function moveNotes(uint256 seed) external {
        (PartyId by, NoteId id) = (_own(seed), _note(seed >> 32));
        address l = address(ledger);
        uint64 amount = uint64(bound(seed >> 128, 1, 50_000));
        _try(by, l, abi.encodeCall(ledger.transfer, (id, "", share(_own(seed >> 96), amount))));
        _try(by, l, abi.encodeCall(ledger.returnToObligor, (id, amount, "")));
        _try(by, l, abi.encodeCall(ledger.accept, (id)));
        _try(by, l, abi.encodeCall(ledger.reject, (id)));
        _try(by, l, abi.encodeCall(ledger.withdraw, (id)));
        _try(by, l, abi.encodeCall(ledger.freeze, (id, 1, type(uint40).max, "")));
        _try(by, l, abi.encodeCall(ledger.release, (id)));
        _try(by, l, abi.encodeCall(ledger.settle, (id, 1)));
        _try(by, l, abi.encodeCall(ledger.reopen, (id)));
        _try(by, l, abi.encodeCall(ledger.assign, (id, 1, by)));
        _try(by, l, abi.encodeCall(ledger.pledge, (id, 1, by, "")));
        _try(by, l, abi.encodeCall(ledger.unpledge, (id)));
    }

    function moveMoney(uint256 seed) external {
        (PartyId by, PartyId from) = (_own(seed), _any(seed >> 32));
        uint256 amount = bound(seed >> 64, 1, 9_000);
        CashReason memory reason = CashReason(CashPurpose.Payment, 0, NoteId.wrap(0), 0);
        _try(by, address(cashBook), abi.encodeCall(cashBook.announceTransfer, (CNY, from, by, amount, by)));
        _try(by, address(cashBook), abi.encodeCall(cashBook.open, (CNY, 2)));
        _try(by, address(cashBook), abi.encodeCall(cashBook.mint, (CNY, by, amount, "")));
        _try(by, address(cashBook), abi.encodeCall(cashBook.redeem, (CNY, amount, "")));
        _try(by, address(cashBook), abi.encodeCall(cashBook.move, (CNY, from, by, amount, reason)));
        _try(by, address(cashBook), abi.encodeCall(cashBook.pay, (CNY, by, amount, "")));
        _try(by, address(cash), abi.encodeCall(cash.transferFrom, (from.account(), by.account(), amount)));
        _try(by, address(cash), abi.encodeCall(cash.mint, (by, amount)));
        _try(by, address(cash), abi.encodeCall(cash.move, (from, by, amount)));
    }

    function settle(uint256 seed) external {
        (PartyId by, NoteId id) = (_own(seed), _note(seed >> 32));
        uint64 amount = uint64(bound(seed >> 64, 1, 50_000));
        PaymentOrder memory o = PaymentOrder(id.payableOf(), CNY, amount, unique(), Cut(0, 0));
        _try(by, address(settlement), abi.encodeCall(settlement.pay, (o, list(id))));
        _try(by, address(settlement), abi.encodeCall(settlement.confirm, (o, list(id))));
        _try(by, address(settlement), abi.encodeCall(settlement.proceed, (o.payableId, list(id))));
        _try(by, address(settlement), abi.encodeCall(settlement.abandon, (o.payableId)));
        _try(by, address(settlement), abi.encodeCall(settlement.returnPayment, (bank, o.ref, "", list(id))));
    }

    /// @notice It may make sham debts of sham parties; they are nobody else's.
    function issueSham(uint256 seed) external {
        (PartyId debtor, PartyId supplier) = (_own(seed), _own(seed >> 32));
        bytes32 fingerprint = unique();
        uint64 face = uint64(bound(seed >> 64, 1, 50_000));
        _try(supplier, address(documents), abi.encodeCall(documents.register, (fingerprint, debtor, CNY, face)));
        DocumentUse[] memory documentUses = uses(fingerprint, face);
        IssueOrder memory o = IssueOrder(supplier, CNY, face, plus(rules.today(), 1), documentUses, "");
        _try(debtor, address(issuance), abi.encodeCall(issuance.issue, (o)));
    }
}

/// @notice 12: no sequence of calls by the operator's keys alone moves an asset or money.
contract OperatorAloneTest is Test {
    BadOperator private _operator;

    function setUp() public {
        _operator = new BadOperator();
        _operator.setUp();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_operator);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_operator), _actions());
    }

    function _actions() private view returns (bytes4[] memory actions) {
        actions = new bytes4[](8);
        actions[0] = _operator.admitSham.selector;
        actions[1] = _operator.changeParties.selector;
        actions[2] = _operator.takeOver.selector;
        actions[3] = _operator.changeRules.selector;
        actions[4] = _operator.moveNotes.selector;
        actions[5] = _operator.moveMoney.selector;
        actions[6] = _operator.settle.selector;
        actions[7] = _operator.issueSham.selector;
    }

    /// hardhat-config: invariant.runs = 100
    function invariant_rule12_TheOperatorAloneMovesNothing() public view {
        vm.assertTrue(_operator.untouched(), "12: the operator moved a note, money or a debt");
    }

    function test_TheOperatorDoesALotAndMovesNothing() public {
        bytes4[] memory actions = _actions();
        uint256 seed = 12;
        for (uint256 i = 0; i < 600; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            (bool done, ) = address(_operator).call(abi.encodePacked(actions[seed % 8], seed));
            vm.assertTrue(done, "an attempt never reverts");
        }
        vm.assertGe(_operator.successes(), 200, "most of what is its own goes through");
        vm.assertTrue(_operator.untouched(), "and moves nothing");
    }
}
