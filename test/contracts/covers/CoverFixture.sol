// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {CoverTerms} from "../../../contracts/covers/ICoverBook.sol";
import {Account, Part} from "../../../contracts/covers/ILossAccounts.sol";
import {Carrier, Layer} from "../../../contracts/covers/Waterfall.sol";
import {NOBODY, PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId, PayableId} from "../../../contracts/receivables/Ids.sol";
import {DefaultFixture} from "../recourse/DefaultFixture.sol";

/// @title A payable in default whose holders may be covered
abstract contract CoverFixture is DefaultFixture {
    uint256 internal constant CARRIERS_CASH = 1_000_000;
    NoteId internal constant ALL_NOTES = NoteId.wrap(0);

    function setUp() public virtual override {
        super.setUp();
        mint(guarantor, CARRIERS_CASH);
        mint(insurer, CARRIERS_CASH);
    }

    //------------------------------------------------------------------ terms

    function carriers(PartyId a, uint32 shareA) internal pure returns (Carrier[] memory list_) {
        list_ = new Carrier[](1);
        list_[0] = Carrier(a, shareA);
    }

    function carriers(
        PartyId a,
        uint32 shareA,
        PartyId b,
        uint32 shareB
    ) internal pure returns (Carrier[] memory list_) {
        list_ = new Carrier[](2);
        (list_[0], list_[1]) = (Carrier(a, shareA), Carrier(b, shareB));
    }

    /// @dev The first 100.00 are the insured's own; then up to 500.00, 60 % the guarantor's and 40 % the insurer's; then up to
    /// 300.00, 80 % the insurer's.
    function twoLayers() internal view returns (Layer[] memory layers) {
        layers = new Layer[](2);
        layers[0] = Layer(10_000, 50_000, carriers(guarantor, 600_000, insurer, 400_000));
        layers[1] = Layer(0, 30_000, carriers(insurer, 800_000));
    }

    function termsFor(PartyId insured) internal view returns (CoverTerms memory t) {
        t.insured = insured;
        if (insured == NOBODY) t.payableId = id;
        t.currency = CNY;
        t.from = maturity;
        t.until = maturity;
        t.layers = twoLayers();
        t.ref = "policy";
    }

    //------------------------------------------------------------------ steps

    function propose(PartyId by, CoverTerms memory t) internal returns (uint64) {
        vm.prank(keyOf(by));
        return covers.propose(t);
    }

    function consent(PartyId carrier, uint64 cover, CoverTerms memory t) internal {
        bytes32 hash = covers.hashOf(t);
        vm.prank(keyOf(carrier));
        covers.consent(cover, carrier, hash);
    }

    /// @dev Proposed by the guarantor, with the insurer's consent.
    function inForce(CoverTerms memory t) internal returns (uint64 cover) {
        cover = propose(guarantor, t);
        consent(insurer, cover, t);
    }

    function claimLoss(PartyId by, uint64 cover, NoteId note) internal {
        vm.prank(keyOf(by));
        losses.claimLoss(cover, note, CAUSE);
    }

    //------------------------------------------------------------------ reading

    function borneIn(uint64 cover, NoteId account, uint256 layer, uint256 place) internal view returns (uint64) {
        (, Part[][] memory parts) = losses.accountOf(cover, account);
        return parts[layer][place].borne;
    }

    function owedIn(uint64 cover, NoteId account, uint256 layer, uint256 place) internal view returns (uint64) {
        (, Part[][] memory parts) = losses.accountOf(cover, account);
        return parts[layer][place].owed;
    }

    function lossIn(uint64 cover, NoteId account) internal view returns (uint128) {
        (Account memory a, ) = losses.accountOf(cover, account);
        return a.loss;
    }
}
