// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IPartyRegistry} from "../../../contracts/parties/IPartyRegistry.sol";
import {Party, PartyStatus} from "../../../contracts/parties/Party.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract SuccessionTest is LedgerFixture {
    function _propose(PartyId predecessor, PartyId successor) private {
        vm.prank(keyOf(operator));
        parties.proposeSuccession(predecessor, successor, "merger");
    }

    function _consents(PartyId by, PartyId predecessor, PartyId successor) private {
        vm.prank(keyOf(by));
        parties.consentToSuccession(predecessor, successor);
    }

    function _refuses(PartyId by, PartyId predecessor, PartyId successor, bytes4 refusal, PartyId named) private {
        assertRefused(
            by,
            address(parties),
            abi.encodeCall(parties.consentToSuccession, (predecessor, successor)),
            abi.encodeWithSelector(refusal, named),
            "consent"
        );
    }

    function _consentIsAnnounced(PartyId predecessor, PartyId successor, PartyId by, bool bySuccessor) private {
        vm.expectEmit(true, true, true, true, address(parties));
        emit IPartyRegistry.SuccessionConsented(predecessor, by, bySuccessor);
        _consents(by, predecessor, successor);
    }

    function test_ASuccessorStandsInThePredecessorsPlace() public {
        NoteId first = held(10_000);
        address old = keyOf(supplier1);
        succeed(supplier1, supplier2);
        Party memory p = parties.party(supplier1);
        vm.assertTrue(p.status == PartyStatus.Succeeded && p.successor == supplier2, "succeeded");
        vm.assertTrue(parties.resolve(supplier1) == supplier2, "the successor speaks for it");
        vm.assertTrue(ledger.note(first).holder == supplier1, "the note keeps its lineage");
        assertRefused(
            old,
            address(parties),
            abi.encodeCall(parties.rotateKey, (address(1))),
            abi.encodeWithSelector(IPartyRegistry.KeyUnknown.selector, old),
            "the predecessor's key signs no more"
        );
    }

    function test_SuccessionsChainAndKeepTheirOrder() public {
        succeed(supplier1, supplier2);
        succeed(supplier3, supplier2);
        succeed(supplier2, supplier4);
        vm.assertTrue(parties.resolve(supplier1) == supplier4, "through two successions");
        PartyId[] memory all = parties.predecessorsOf(supplier4);
        vm.assertEq(all.length, 3, "three predecessors");
        vm.assertTrue(all[0] == supplier1 && all[1] == supplier3 && all[2] == supplier2, "in order");
    }

    function test_ARegulatorMayConsentInThePredecessorsPlace() public {
        _propose(supplier1, supplier2);
        _consents(regulator, supplier1, supplier2);
        vm.assertTrue(parties.resolve(supplier1) == supplier1, "not without the successor");
        _consents(supplier2, supplier1, supplier2);
        vm.assertTrue(parties.resolve(supplier1) == supplier2, "succeeded");
    }

    function test_NobodyIsSucceededWithoutBothConsents() public {
        _propose(supplier1, supplier2);
        _refuses(supplier3, supplier1, supplier2, IPartyRegistry.ConsentNotDue.selector, supplier3);
        _refuses(operator, supplier1, supplier2, IPartyRegistry.ConsentNotDue.selector, operator);
        _consents(supplier2, supplier1, supplier2);
        _refuses(supplier2, supplier1, supplier2, IPartyRegistry.ConsentNotDue.selector, supplier2);
        vm.assertTrue(parties.resolve(supplier1) == supplier1, "one consent is not enough");
        _consents(supplier1, supplier1, supplier2);
        vm.assertTrue(parties.resolve(supplier1) == supplier2, "both are");
    }

    function test_AConsentIsToTheSuccessorItNamesAndToNoOther() public {
        _propose(supplier1, supplier2);
        _propose(supplier1, supplier3); // put in the place of the first proposal
        _consents(supplier3, supplier1, supplier3);
        _refuses(supplier1, supplier1, supplier2, IPartyRegistry.ProposalDiffers.selector, supplier1);
        vm.assertTrue(parties.resolve(supplier1) == supplier1, "nothing happened");
    }

    function test_ANewProposalVoidsTheConsentsToTheOldOne() public {
        _propose(supplier1, supplier2);
        _consents(supplier1, supplier1, supplier2);
        _propose(supplier1, supplier2);
        _consents(supplier2, supplier1, supplier2);
        vm.assertTrue(parties.resolve(supplier1) == supplier1, "the predecessor consented to an earlier proposal");
    }

    function test_NothingIsConsentedToThatWasNotProposed() public {
        _refuses(supplier1, supplier1, supplier2, IPartyRegistry.NothingProposed.selector, supplier1);
    }

    function test_NobodySucceedsItself() public {
        assertRefused(
            operator,
            address(parties),
            abi.encodeCall(parties.proposeSuccession, (supplier1, supplier1, "")),
            abi.encodeWithSelector(IPartyRegistry.SelfReference.selector, supplier1),
            "itself"
        );
    }

    function test_TwoPartiesCannotSucceedEachOther() public {
        _propose(supplier1, supplier2);
        _propose(supplier2, supplier1);
        _consents(supplier1, supplier2, supplier1);
        _consents(supplier1, supplier1, supplier2);
        _consents(supplier2, supplier1, supplier2); // supplier1 is gone now
        assertRefused(
            regulator,
            address(parties),
            abi.encodeCall(parties.consentToSuccession, (supplier2, supplier1)),
            abi.encodeWithSelector(IPartyRegistry.PartyIsSucceeded.selector, supplier1, supplier2),
            "a circle"
        );
        vm.assertTrue(parties.resolve(supplier2) == supplier2, "no circle");
    }

    function test_WhoWasSucceededIsLeftInPeace() public {
        succeed(supplier1, supplier2);
        bytes memory reason = abi.encodeWithSelector(IPartyRegistry.PartyIsSucceeded.selector, supplier1, supplier2);
        bytes[4] memory calls = [
            abi.encodeCall(parties.suspend, (supplier1, "")),
            abi.encodeCall(parties.proposeKeyRecovery, (supplier1, address(77), "")),
            abi.encodeCall(parties.proposeSuccession, (supplier1, supplier3, "")),
            abi.encodeCall(parties.proposeSuccession, (supplier3, supplier1, ""))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            assertRefused(operator, address(parties), calls[i], reason, "succeeded");
        }
    }

    function test_WhatWasProposedForAPredecessorIsVoid() public {
        vm.prank(keyOf(operator));
        parties.changeRoles(supplier1, Roles.SUPPLIER | Roles.SETTLEMENT_BANK);
        vm.prank(keyOf(operator));
        parties.proposeKeyRecovery(supplier1, address(77), "order");
        succeed(supplier1, supplier2);
        bytes memory reason = abi.encodeWithSelector(IPartyRegistry.NothingProposed.selector, supplier1);
        assertRefused(
            regulator,
            address(parties),
            abi.encodeCall(parties.confirmRoles, (supplier1, Roles.SUPPLIER | Roles.SETTLEMENT_BANK)),
            reason,
            "roles"
        );
        assertRefused(
            regulator,
            address(parties),
            abi.encodeCall(parties.confirmKeyRecovery, (supplier1, address(77))),
            reason,
            "a key"
        );
    }

    function test_AConsentSaysWhoseItIs() public {
        _propose(supplier1, supplier2);
        _consentIsAnnounced(supplier1, supplier2, supplier2, true);
        _consentIsAnnounced(supplier1, supplier2, supplier1, false);
        _propose(supplier3, supplier4);
        _consentIsAnnounced(supplier3, supplier4, regulator, false);
        _consentIsAnnounced(supplier3, supplier4, supplier4, true);
    }

    /// @dev A regulator that is itself the successor is asked twice, for either side.
    function test_ARegulatorThatSucceedsConsentsForItselfFirst() public {
        PartyId heir = admit("heir", Roles.REGULATOR);
        _propose(supplier1, heir);
        _consentIsAnnounced(supplier1, heir, heir, true);
        _consentIsAnnounced(supplier1, heir, heir, false);
        vm.assertTrue(parties.resolve(supplier1) == heir, "succeeded");
    }

    function test_ASuspendedSuccessorSucceedsNobody() public {
        _propose(supplier1, supplier2);
        _consents(supplier2, supplier1, supplier2);
        suspend(supplier2);
        assertRefused(
            supplier1,
            address(parties),
            abi.encodeCall(parties.consentToSuccession, (supplier1, supplier2)),
            abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, supplier2),
            "suspended in the meantime"
        );
    }
}
