// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../../contracts/common/Calendar.sol";
import {IPartyRegistry} from "../../contracts/parties/IPartyRegistry.sol";
import {PartyId} from "../../contracts/parties/PartyId.sol";
import {Roles} from "../../contracts/parties/Roles.sol";
import {PayableId} from "../../contracts/receivables/Ids.sol";
import {Share} from "../../contracts/receivables/IReceivableLedger.sol";
import {DayKind} from "../../contracts/rules/IRuleBook.sol";
import {NoteId} from "../../contracts/receivables/Ids.sol";
import {LedgerFixture} from "./LedgerFixture.sol";

/// @notice Every function that asks for a role, against every role: who lacks it is refused with the roles it has and the
/// roles it needs, whatever the arguments.
contract RolesTableTest is LedgerFixture {
    struct Row {
        string name;
        address target;
        bytes data;
        uint16 needed;
    }

    NoteId internal constant NOTE = NoteId.wrap((1 << 24) | 1);

    Row[] private _rows;

    function setUp() public override {
        super.setUp();
        _registryRows();
        _ruleRows();
        _ledgerRows();
        _moneyRows();
    }

    function _registryRows() private {
        address p = address(parties);
        uint16 op = Roles.OPERATOR;
        _row("admit", p, abi.encodeCall(parties.admit, (admission("x", Roles.SUPPLIER, address(9)))), op);
        _row("suspend", p, abi.encodeCall(parties.suspend, (supplier1, "")), op);
        _row("readmit", p, abi.encodeCall(parties.readmit, (supplier1)), op);
        _row("changeValidity", p, abi.encodeCall(parties.changeValidity, (supplier1, always)), op);
        _row("changeRoles", p, abi.encodeCall(parties.changeRoles, (supplier1, 8)), op);
        _row("proposeKeyRecovery", p, abi.encodeCall(parties.proposeKeyRecovery, (supplier1, address(9), "")), op);
        _row("proposeSuccession", p, abi.encodeCall(parties.proposeSuccession, (supplier1, supplier2, "")), op);
        _row("confirmRoles", p, abi.encodeCall(parties.confirmRoles, (supplier1, 8)), Roles.REGULATOR);
        _row(
            "confirmKeyRecovery",
            p,
            abi.encodeCall(parties.confirmKeyRecovery, (supplier1, address(9))),
            Roles.REGULATOR
        );
        _row(
            "setStandingAcceptance",
            p,
            abi.encodeCall(parties.setStandingAcceptance, (supplier1, true)),
            Roles.HOLDERS
        );
    }

    function _ruleRows() private {
        Day[] memory days_ = new Day[](1);
        _row("publish", address(rules), abi.encodeCall(rules.publish, (genesis())), Roles.OPERATOR);
        _row(
            "setCalendarDays",
            address(rules),
            abi.encodeCall(rules.setCalendarDays, (days_, DayKind.Holiday)),
            Roles.OPERATOR
        );
        _row("register", address(documents), abi.encodeCall(documents.register, ("x", obligor, CNY, 1)), Roles.HOLDERS);
        _row("credit", address(documents), abi.encodeCall(documents.credit, ("x", "y", 1)), Roles.HOLDERS);
    }

    function _ledgerRows() private {
        address l = address(ledger);
        uint16 holders = Roles.HOLDERS;
        _row("setLimit", address(issuance), abi.encodeCall(issuance.setLimit, (obligor, CNY, 1)), Roles.OPERATOR);
        _row("issue", address(issuance), abi.encodeCall(issuance.issue, (order(supplier1, 1, "x"))), Roles.OBLIGOR);
        _row("accept", l, abi.encodeCall(ledger.accept, (NOTE)), holders);
        _row("transfer", l, abi.encodeCall(ledger.transfer, (NOTE, "", new Share[](0))), holders);
        _row("returnToObligor", l, abi.encodeCall(ledger.returnToObligor, (NOTE, 1, "")), holders);
        _row("freeze", l, abi.encodeCall(ledger.freeze, (NOTE, 1, type(uint40).max, "")), Roles.REGULATOR);
        _row("release", l, abi.encodeCall(ledger.release, (NOTE)), Roles.REGULATOR);
        held(10_000); // NOTE, which `transfer` looks at before it looks at the caller
    }

    function _moneyRows() private {
        uint16 bankRole = Roles.SETTLEMENT_BANK;
        NoteId[] memory notes = new NoteId[](0);
        _row("open", address(cashBook), abi.encodeCall(cashBook.open, (USD, 2)), bankRole);
        _row(
            "confirm",
            address(settlement),
            abi.encodeCall(settlement.confirm, (paymentOf(PayableId.wrap(1), 1), notes)),
            bankRole
        );
        _row(
            "returnPayment",
            address(settlement),
            abi.encodeCall(settlement.returnPayment, (bank, "x", "AC04", notes)),
            bankRole
        );
    }

    function _row(string memory name, address target, bytes memory data, uint16 needed) private {
        _rows.push(Row(name, target, data, needed));
    }

    //------------------------------------------------------------------ the table

    function test_WhoLacksTheRoleIsRefused() public {
        PartyId[11] memory all = [
            operator,
            regulator,
            auditor,
            obligor,
            supplier1,
            financier,
            bank,
            warehouse,
            inspector,
            guarantor,
            insurer
        ];
        uint16 seen;
        for (uint256 i = 0; i < all.length; ++i) {
            uint16 roles = parties.party(all[i]).roles;
            seen |= roles;
            for (uint256 r = 0; r < _rows.length; ++r) {
                if (roles & _rows[r].needed != 0) continue;
                assertRefused(
                    all[i],
                    _rows[r].target,
                    _rows[r].data,
                    abi.encodeWithSelector(IPartyRegistry.RoleMissing.selector, all[i], roles, _rows[r].needed),
                    string.concat(_rows[r].name, " by a party of roles ", vm.toString(roles))
                );
            }
        }
        vm.assertEq(seen, Roles.ALL, "every role was there");
        vm.assertEq(_rows.length, 24, "every function was there");
    }

    function test_AStrangersKeyIsRefusedEverywhere() public {
        address stranger = address(0x57a4e);
        for (uint256 r = 0; r < _rows.length; ++r) {
            assertRefused(
                stranger,
                _rows[r].target,
                _rows[r].data,
                abi.encodeWithSelector(IPartyRegistry.KeyUnknown.selector, stranger),
                _rows[r].name
            );
        }
    }

    function test_WhoHasTheRoleAndIsSuspendedIsRefusedEverywhere() public {
        PartyId[3] memory all = [bank, obligor, supplier2];
        for (uint256 i = 0; i < all.length; ++i) suspend(all[i]);
        for (uint256 i = 0; i < all.length; ++i) {
            _refusedEverywhere(
                all[i],
                abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, all[i]),
                "suspended"
            );
        }
    }

    function test_WhoHasTheRoleAndIsNoLongerAdmittedIsRefusedEverywhere() public {
        expireAdmission(bank, minus(issueDay, 1));
        _refusedEverywhere(
            bank,
            abi.encodeWithSelector(IPartyRegistry.AdmissionExpired.selector, bank, minus(issueDay, 1), issueDay),
            "expired"
        );
    }

    function test_TheKeyOfAPartyThatWasSucceededIsRefusedEverywhere() public {
        succeed(supplier1, supplier2);
        _refusedEverywhere(
            supplier1,
            abi.encodeWithSelector(IPartyRegistry.KeyUnknown.selector, keyOf(supplier1)),
            "succeeded"
        );
    }

    function _refusedEverywhere(PartyId by, bytes memory reason, string memory how) private {
        for (uint256 r = 0; r < _rows.length; ++r) {
            assertRefused(by, _rows[r].target, _rows[r].data, reason, string.concat(_rows[r].name, ", ", how));
        }
    }
}
