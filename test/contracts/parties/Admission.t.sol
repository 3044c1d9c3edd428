// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Admission, IPartyRegistry} from "../../../contracts/parties/IPartyRegistry.sol";
import {Party, PartyStatus} from "../../../contracts/parties/Party.sol";
import {PartyId, partyOfAccount} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract AdmissionTest is LedgerFixture {
    address internal constant KEY = address(0xc0ffee);

    function _refuses(Admission memory a, bytes memory reason, string memory message) private {
        assertRefused(operator, address(parties), abi.encodeCall(parties.admit, (a)), reason, message);
    }

    function _incomplete(string memory field) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPartyRegistry.AdmissionIncomplete.selector, field);
    }

    //------------------------------------------------------------------ admission

    function test_AnAdmittedPartyStandsWithItsRolesAndKey() public {
        uint32 count = parties.partyCount();
        vm.prank(keyOf(operator));
        PartyId id = parties.admit(admission("new", Roles.SUPPLIER | Roles.OBLIGOR, KEY));
        vm.assertEq(PartyId.unwrap(id), count + 1, "numbered in order");
        Party memory p = parties.party(id);
        vm.assertEq(p.key, KEY, "its key");
        vm.assertEq(p.roles, Roles.SUPPLIER | Roles.OBLIGOR, "its roles");
        vm.assertTrue(p.validUntil == always, "its last day");
        vm.assertTrue(p.status == PartyStatus.Active, "active");
        vm.assertTrue(!p.acceptsFromAnyone, "it accepts nothing beforehand");
        vm.assertTrue(parties.partyOf(KEY) == id, "the key is its own");
        vm.assertTrue(partyOfAccount(id.account()) == id, "its account names it");
    }

    function test_AnAdmissionIsComplete() public {
        Admission memory a = admission("new", Roles.SUPPLIER, KEY);
        a.scheme = "";
        _refuses(a, _incomplete("scheme"), "no scheme");
        a = admission("", Roles.SUPPLIER, KEY);
        _refuses(a, _incomplete("identifier"), "no identifier");
        a.identifier = "x";
        _refuses(a, _incomplete("name"), "no name");
        _refuses(admission("new", 0, KEY), _incomplete("roles"), "no roles");
        _refuses(admission("new", Roles.ALL + 1, KEY), _incomplete("roles"), "a role that does not exist");
        _refuses(admission("new", Roles.SUPPLIER, address(0)), _incomplete("key"), "no key");
    }

    function test_ALegalEntityIsAdmittedOnce() public {
        Admission memory a = admission("obligor", Roles.SUPPLIER, KEY);
        _refuses(a, abi.encodeWithSelector(IPartyRegistry.IdentifierTaken.selector, obligor), "the same identifier");
        a.scheme = "LEI"; // the same characters of another scheme are another identifier
        vm.prank(keyOf(operator));
        parties.admit(a);
    }

    function test_AKeySignsForOneParty() public {
        _refuses(
            admission("new", Roles.SUPPLIER, keyOf(obligor)),
            abi.encodeWithSelector(IPartyRegistry.KeyTaken.selector, keyOf(obligor), obligor),
            "another's key"
        );
    }

    function test_WhoRunsWatchesOrChecksTheLedgerDoesNothingElseOnIt() public {
        uint16[3] memory alone = [Roles.OPERATOR, Roles.REGULATOR, Roles.AUDITOR];
        for (uint256 i = 0; i < alone.length; ++i) {
            for (uint16 bit = 0; bit < 11; ++bit) {
                uint16 roles = alone[i] | uint16(1 << bit);
                if (roles == alone[i]) continue;
                _refuses(
                    admission("new", roles, KEY),
                    abi.encodeWithSelector(IPartyRegistry.RolesIncompatible.selector, roles),
                    "a role that is had alone"
                );
            }
        }
    }

    //------------------------------------------------------------------ roles that wait for a regulator

    function test_RolesThatGovernOrMakeMoneyWaitForARegulator() public {
        uint16[3] memory confirmed = [Roles.OPERATOR, Roles.REGULATOR, Roles.SETTLEMENT_BANK];
        for (uint160 i = 0; i < confirmed.length; ++i) {
            vm.prank(keyOf(operator));
            PartyId id = parties.admit(admission(vm.toString(i), confirmed[i], address(uint160(KEY) + i)));
            vm.assertEq(parties.party(id).roles, 0, "none of them yet");
            vm.prank(keyOf(regulator));
            parties.confirmRoles(id, confirmed[i]);
            vm.assertEq(parties.party(id).roles, confirmed[i], "confirmed");
        }
    }

    function test_ARegulatorConfirmsTheRolesItNamesAndNoOthers() public {
        vm.prank(keyOf(operator));
        parties.changeRoles(supplier1, Roles.SUPPLIER | Roles.SETTLEMENT_BANK);
        vm.assertEq(parties.party(supplier1).roles, Roles.SUPPLIER, "not yet");
        vm.prank(keyOf(operator));
        parties.changeRoles(supplier1, Roles.REGULATOR); // put in the place of the first proposal
        assertRefused(
            regulator,
            address(parties),
            abi.encodeCall(parties.confirmRoles, (supplier1, Roles.SUPPLIER | Roles.SETTLEMENT_BANK)),
            abi.encodeWithSelector(IPartyRegistry.ProposalDiffers.selector, supplier1),
            "the proposal was replaced"
        );
        vm.assertEq(parties.party(supplier1).roles, Roles.SUPPLIER, "nothing changed");
    }

    function test_AChangeOfRolesSaysWhatStillWaits() public {
        uint16 wanted = Roles.SUPPLIER | Roles.SETTLEMENT_BANK;
        uint16 meanwhile = Roles.SUPPLIER | Roles.OBLIGOR;
        vm.expectEmit(true, true, true, true, address(parties));
        emit IPartyRegistry.RolesProposed(supplier1, wanted);
        vm.prank(keyOf(operator));
        parties.changeRoles(supplier1, wanted);
        vm.expectEmit(true, true, true, true, address(parties));
        emit IPartyRegistry.RolesChanged(supplier1, meanwhile, wanted);
        vm.prank(keyOf(operator));
        parties.changeRoles(supplier1, meanwhile);
        vm.expectEmit(true, true, true, true, address(parties));
        emit IPartyRegistry.RolesChanged(supplier1, wanted, 0);
        vm.prank(keyOf(regulator));
        parties.confirmRoles(supplier1, wanted);
    }

    function test_OnlyWhatIsProposedIsConfirmedAndOnce() public {
        bytes memory data = abi.encodeCall(parties.confirmRoles, (bank, Roles.SETTLEMENT_BANK));
        bytes memory reason = abi.encodeWithSelector(IPartyRegistry.NothingProposed.selector, bank);
        assertRefused(regulator, address(parties), data, reason, "confirmed already");
        data = abi.encodeCall(parties.confirmKeyRecovery, (bank, KEY));
        assertRefused(regulator, address(parties), data, reason, "no key proposed");
    }

    function test_TakingAConfirmedRoleAwayWaitsForARegulatorToo() public {
        vm.prank(keyOf(operator));
        parties.changeRoles(bank, Roles.FINANCIER);
        vm.assertEq(parties.party(bank).roles, Roles.SETTLEMENT_BANK, "still a bank");
    }

    function test_OtherRolesChangeAtOnce() public {
        vm.prank(keyOf(operator));
        parties.changeRoles(supplier1, Roles.SUPPLIER | Roles.OBLIGOR);
        vm.assertEq(parties.party(supplier1).roles, Roles.SUPPLIER | Roles.OBLIGOR, "changed");
        assertRefused(
            operator,
            address(parties),
            abi.encodeCall(parties.changeRoles, (supplier1, Roles.AUDITOR | Roles.SUPPLIER)),
            abi.encodeWithSelector(IPartyRegistry.RolesIncompatible.selector, Roles.AUDITOR | Roles.SUPPLIER),
            "incompatible roles"
        );
    }

    //------------------------------------------------------------------ suspension

    function test_ASuspendedPartyDoesNothingUntilItIsReadmitted() public {
        suspend(supplier1);
        bytes memory data = abi.encodeCall(parties.setStandingAcceptance, (supplier2, true));
        bytes memory reason = abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, supplier1);
        assertRefused(supplier1, address(parties), data, reason, "suspended");
        assertRefused(
            operator,
            address(parties),
            abi.encodeCall(parties.suspend, (supplier1, "again")),
            reason,
            "suspended twice"
        );
        vm.prank(keyOf(operator));
        parties.readmit(supplier1);
        vm.prank(keyOf(supplier1));
        parties.setStandingAcceptance(supplier2, true);
        assertRefused(
            operator,
            address(parties),
            abi.encodeCall(parties.readmit, (supplier1)),
            abi.encodeWithSelector(IPartyRegistry.PartyNotSuspended.selector, supplier1),
            "readmitted twice"
        );
    }

    function test_TheOperatorCannotSilenceARegulator() public {
        bytes memory reason = abi.encodeWithSelector(IPartyRegistry.RegulatorProtected.selector, regulator);
        assertRefused(
            operator,
            address(parties),
            abi.encodeCall(parties.suspend, (regulator, "")),
            reason,
            "suspended"
        );
        assertRefused(
            operator,
            address(parties),
            abi.encodeCall(parties.changeValidity, (regulator, issueDay)),
            reason,
            "expired"
        );
    }

    function test_AnAdmissionLastsThroughItsLastDay() public {
        expireAdmission(supplier1, issueDay);
        parties.requireStanding(supplier1, Roles.SUPPLIER);
        warpTo(plus(issueDay, 1));
        assertRefused(
            supplier1,
            address(parties),
            abi.encodeCall(parties.setStandingAcceptance, (supplier2, true)),
            abi.encodeWithSelector(IPartyRegistry.AdmissionExpired.selector, supplier1, issueDay, plus(issueDay, 1)),
            "the day after"
        );
        expireAdmission(supplier1, plus(issueDay, 1));
        parties.requireStanding(supplier1, Roles.SUPPLIER);
    }

    function test_APartyThatWasNeverAdmittedIsUnknownToEveryFunction() public {
        PartyId none = PartyId.wrap(999);
        bytes memory reason = abi.encodeWithSelector(IPartyRegistry.PartyUnknown.selector, none);
        bytes[7] memory calls = [
            abi.encodeCall(parties.suspend, (none, "")),
            abi.encodeCall(parties.readmit, (none)),
            abi.encodeCall(parties.changeValidity, (none, always)),
            abi.encodeCall(parties.changeRoles, (none, Roles.SUPPLIER)),
            abi.encodeCall(parties.proposeKeyRecovery, (none, KEY, "")),
            abi.encodeCall(parties.proposeSuccession, (none, supplier1, "")),
            abi.encodeCall(parties.proposeSuccession, (supplier1, none, ""))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            assertRefused(operator, address(parties), calls[i], reason, "nobody");
        }
    }

    function test_AKeyOfNobodyIsUnknown() public {
        address stranger = address(0xdead);
        assertRefused(
            stranger,
            address(parties),
            abi.encodeCall(parties.rotateKey, (KEY)),
            abi.encodeWithSelector(IPartyRegistry.KeyUnknown.selector, stranger),
            "a stranger"
        );
    }

    //------------------------------------------------------------------ standing acceptance

    function test_AStandingAcceptanceNamesAPartyThatExists() public {
        PartyId none = PartyId.wrap(999);
        assertRefused(
            supplier1,
            address(parties),
            abi.encodeCall(parties.setStandingAcceptance, (none, true)),
            abi.encodeWithSelector(IPartyRegistry.PartyUnknown.selector, none),
            "nobody"
        );
    }

    function test_AnAccountAddressThatIsNoPartysIsNobodys() public pure {
        vm.assertTrue(partyOfAccount(address(1)) == PartyId.wrap(0), "an ordinary address");
        address near = address(uint160(PartyId.wrap(7).account()) | (1 << 32));
        vm.assertTrue(partyOfAccount(near) == PartyId.wrap(0), "one bit beyond a party's number");
    }
}
