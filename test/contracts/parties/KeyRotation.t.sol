// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IPartyRegistry} from "../../../contracts/parties/IPartyRegistry.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract KeyRotationTest is LedgerFixture {
    address internal constant FRESH = address(0xf4e54);

    function _rotating(address key) private view returns (bytes memory) {
        return abi.encodeCall(parties.rotateKey, (key));
    }

    function _confirming(address key) private view returns (bytes memory) {
        return abi.encodeCall(parties.confirmKeyRecovery, (supplier1, key));
    }

    function _propose(address key) private {
        vm.prank(keyOf(operator));
        parties.proposeKeyRecovery(supplier1, key, "court order");
    }

    function test_ANewKeySpeaksForThePartyAndTheOldOneNoMore() public {
        NoteId first = held(10_000);
        mint(supplier1, 500);
        address old = keyOf(supplier1);
        vm.prank(old);
        parties.rotateKey(FRESH);
        vm.assertTrue(parties.partyOf(FRESH) == supplier1, "the new key");
        vm.assertTrue(ledger.note(first).holder == supplier1, "its notes stay its own");
        vm.assertEq(balanceOf(supplier1), 500, "and its money");
        assertRefused(
            old,
            address(parties),
            _rotating(address(1)),
            abi.encodeWithSelector(IPartyRegistry.KeyUnknown.selector, old),
            "the old key"
        );
        vm.prank(FRESH);
        ledger.transfer(first, "", share(supplier2, 100));
    }

    function test_ASuspendedPartyMayStillReplaceItsKey() public {
        suspend(supplier1);
        vm.prank(keyOf(supplier1));
        parties.rotateKey(FRESH);
        vm.assertTrue(parties.partyOf(FRESH) == supplier1, "replaced");
    }

    function test_AKeyIsReplacedByAFreeOneOnly() public {
        assertRefused(
            supplier1,
            address(parties),
            _rotating(keyOf(supplier2)),
            abi.encodeWithSelector(IPartyRegistry.KeyTaken.selector, keyOf(supplier2), supplier2),
            "another's key"
        );
        assertRefused(
            supplier1,
            address(parties),
            _rotating(keyOf(supplier1)),
            abi.encodeWithSelector(IPartyRegistry.KeyTaken.selector, keyOf(supplier1), supplier1),
            "its own key"
        );
        assertRefused(
            supplier1,
            address(parties),
            _rotating(address(0)),
            abi.encodeWithSelector(IPartyRegistry.AdmissionIncomplete.selector, "key"),
            "no key"
        );
    }

    function test_AKeyThatWasGivenUpIsFreeForAnother() public {
        address old = keyOf(supplier1);
        vm.prank(old);
        parties.rotateKey(FRESH);
        vm.prank(keyOf(supplier2));
        parties.rotateKey(old);
        vm.assertTrue(parties.partyOf(old) == supplier2, "it speaks for another now");
    }

    function test_ALostKeyIsReplacedByOperatorAndRegulatorTogether() public {
        _propose(FRESH);
        vm.assertTrue(parties.partyOf(keyOf(supplier1)) == supplier1, "a proposal changes nothing");
        vm.prank(keyOf(regulator));
        parties.confirmKeyRecovery(supplier1, FRESH);
        vm.assertTrue(parties.partyOf(FRESH) == supplier1, "replaced");
        assertRefused(
            regulator,
            address(parties),
            _confirming(FRESH),
            abi.encodeWithSelector(IPartyRegistry.NothingProposed.selector, supplier1),
            "confirmed twice"
        );
    }

    function test_ARegulatorConfirmsTheKeyItNamesAndNoOther() public {
        _propose(FRESH);
        _propose(address(0xbad)); // put in the place of the first proposal
        assertRefused(
            regulator,
            address(parties),
            _confirming(FRESH),
            abi.encodeWithSelector(IPartyRegistry.ProposalDiffers.selector, supplier1),
            "the proposal was replaced"
        );
        vm.assertTrue(parties.partyOf(keyOf(supplier1)) == supplier1, "nothing changed");
    }

    function test_APartyThatStillHasItsKeyFrustratesARecovery() public {
        _propose(FRESH);
        vm.prank(keyOf(supplier1));
        parties.rotateKey(address(0x5afe));
        assertRefused(
            regulator,
            address(parties),
            _confirming(FRESH),
            abi.encodeWithSelector(IPartyRegistry.NothingProposed.selector, supplier1),
            "void since the rotation"
        );
    }

    function test_ARecoveryNamesAFreeKeyWhenItIsProposedAndWhenItIsConfirmed() public {
        assertRefused(
            operator,
            address(parties),
            abi.encodeCall(parties.proposeKeyRecovery, (supplier1, keyOf(supplier2), "")),
            abi.encodeWithSelector(IPartyRegistry.KeyTaken.selector, keyOf(supplier2), supplier2),
            "another's key"
        );
        _propose(FRESH);
        vm.prank(keyOf(supplier2));
        parties.rotateKey(FRESH);
        assertRefused(
            regulator,
            address(parties),
            _confirming(FRESH),
            abi.encodeWithSelector(IPartyRegistry.KeyTaken.selector, FRESH, supplier2),
            "taken in the meantime"
        );
    }
}
