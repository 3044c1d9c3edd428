// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {AccessGrants, Grant, GrantScope} from "../../../contracts/audit/AccessGrants.sol";
import {IPartyRegistry} from "../../../contracts/parties/IPartyRegistry.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {PayableId} from "../../../contracts/receivables/Ids.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract AccessGrantsTest is LedgerFixture {
    uint40 internal until;
    uint40 internal payableNumber;

    function setUp() public override {
        super.setUp();
        until = uint40(block.timestamp + 7 days);
        payableNumber = PayableId.unwrap(issue(obligor, supplier1, 1_000));
    }

    function _grant(PartyId by, GrantScope scope, uint40 subject) private returns (uint64) {
        vm.prank(keyOf(by));
        return grants.grant(auditor, scope, subject, until, "annual audit");
    }

    function _refuses(PartyId by, GrantScope scope, uint40 subject) private {
        assertRefused(
            by,
            address(grants),
            abi.encodeCall(grants.grant, (auditor, scope, subject, until, "annual audit")),
            abi.encodeWithSelector(AccessGrants.GrantNotAllowed.selector, by, scope, subject),
            "not its own to open"
        );
    }

    function _number(PartyId party) private pure returns (uint40) {
        return PartyId.unwrap(party);
    }

    function test_APartyOpensWhatIsItsOwn() public {
        uint64 id = _grant(supplier1, GrantScope.Party, _number(supplier1));
        Grant memory g = grants.grantOf(id);
        vm.assertTrue(g.grantor == supplier1 && g.auditor == auditor, "who lets whom");
        vm.assertTrue(g.scope == GrantScope.Party && g.subject == _number(supplier1), "at what");
        vm.assertTrue(g.expiresAt == until && !g.revoked, "until when");
        _refuses(supplier1, GrantScope.Party, _number(supplier2));
        _refuses(supplier1, GrantScope.Party, (1 << 32) | _number(supplier1)); // a number beyond a party's
        _refuses(supplier1, GrantScope.All, 0);
    }

    function test_AnObligorOpensItsPayables() public {
        _grant(obligor, GrantScope.Payable, payableNumber);
        _refuses(supplier1, GrantScope.Payable, payableNumber);
        _refuses(otherObligor, GrantScope.Payable, payableNumber);
        _refuses(obligor, GrantScope.Payable, payableNumber + 1);
        succeed(obligor, otherObligor);
        _grant(otherObligor, GrantScope.Payable, payableNumber);
    }

    function test_TheOperatorOpensNothing() public {
        _refuses(operator, GrantScope.All, 0);
        _refuses(operator, GrantScope.Party, _number(supplier1));
        _refuses(operator, GrantScope.Payable, payableNumber);
    }

    function test_ARegulatorOpensAnything() public {
        _grant(regulator, GrantScope.All, 0);
        _grant(regulator, GrantScope.Party, _number(supplier1));
        _grant(regulator, GrantScope.Payable, payableNumber);
    }

    function test_AGrantIsToAnAuditorUntilADayToComeForAPurpose() public {
        uint40 self = _number(supplier1);
        assertRefused(
            supplier1,
            address(grants),
            abi.encodeCall(grants.grant, (supplier2, GrantScope.Party, self, until, "audit")),
            abi.encodeWithSelector(IPartyRegistry.RoleMissing.selector, supplier2, Roles.SUPPLIER, Roles.AUDITOR),
            "to a competitor"
        );
        assertRefused(
            supplier1,
            address(grants),
            abi.encodeCall(grants.grant, (auditor, GrantScope.Party, self, uint40(block.timestamp), "audit")),
            abi.encodeWithSelector(AccessGrants.GrantAlreadyExpired.selector, uint40(block.timestamp)),
            "until now"
        );
        assertRefused(
            supplier1,
            address(grants),
            abi.encodeCall(grants.grant, (auditor, GrantScope.Party, self, until, "")),
            abi.encodeWithSelector(AccessGrants.GrantPurposeMissing.selector),
            "for no purpose"
        );
    }

    function test_WhoGaveItOrARegulatorTakesItBack() public {
        uint64 id = _grant(supplier1, GrantScope.Party, _number(supplier1));
        bytes memory revoking = abi.encodeCall(grants.revoke, (id));
        PartyId[3] memory others = [supplier2, operator, auditor];
        for (uint256 i = 0; i < others.length; ++i) {
            assertRefused(
                others[i],
                address(grants),
                revoking,
                abi.encodeWithSelector(
                    AccessGrants.GrantNotAllowed.selector,
                    others[i],
                    GrantScope.Party,
                    _number(supplier1)
                ),
                "another's grant"
            );
        }
        vm.prank(keyOf(supplier1));
        grants.revoke(id);
        vm.assertTrue(grants.grantOf(id).revoked, "revoked");
        bytes memory unknown = abi.encodeWithSelector(AccessGrants.GrantUnknown.selector, id);
        assertRefused(supplier1, address(grants), revoking, unknown, "revoked twice");

        id = _grant(supplier1, GrantScope.Party, _number(supplier1));
        vm.prank(keyOf(regulator));
        grants.revoke(id);
        id = _grant(supplier1, GrantScope.Party, _number(supplier1));
        succeed(supplier1, supplier2);
        vm.prank(keyOf(supplier2));
        grants.revoke(id);
    }

    function test_AGrantThatWasNeverGivenIsUnknown() public {
        assertRefused(
            supplier1,
            address(grants),
            abi.encodeCall(grants.revoke, (77)),
            abi.encodeWithSelector(AccessGrants.GrantUnknown.selector, uint64(77)),
            "never given"
        );
    }
}
